package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.benchmarks.server.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResponseReader} and {@link EventScanner}.
 */
class ResponseReaderTests {

	private static final String HEAD = "HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\n";

	private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

	private final List<String> events = new ArrayList<>();

	private final ResponseReader reader = reader();

	private ResponseReader reader() {
		return new ResponseReader(new EventScanner((time, number) -> this.events.add(time + "#" + number),
				new LoadOrder(1, "/", 1, 1).padding()));
	}

	@Test
	void findsEventsOfChunksHoweverTheyAreCut() throws IOException {
		String body = HEAD + CHUNKED + chunk(": open\n\n" + event(1) + event(2).substring(0, 20))
				+ chunk(event(2).substring(20)) + chunk(event(3) + event(4));
		for (int size = 1; size < body.length(); size++) {
			this.events.clear();
			ResponseReader reader = reader();
			for (int from = 0; from < body.length(); from += size) {
				read(reader, body.substring(from, Math.min(body.length(), from + size)));
			}
			assertThat(this.events).containsExactly("10000000000000#1", "10000000000000#2", "10000000000000#3",
					"10000000000000#4");
		}
	}

	@Test
	void findsEventsOfBodyWithoutChunks() throws IOException {
		read(this.reader, HEAD + "\r\n" + event(1) + event(2));
		assertThat(this.events).containsExactly("10000000000000#1", "10000000000000#2");
	}

	@Test
	void isOpenAfterTheHeaders() throws IOException {
		read(this.reader, HEAD + "\r");
		assertThat(this.reader.isOpen()).isFalse();
		read(this.reader, "\n");
		assertThat(this.reader.isOpen()).isTrue();
	}

	@Test
	void refusesOtherStatus() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(this.reader, "HTTP/1.1 503 Busy\r\n\r\n"))
			.withMessageContaining("503");
	}

	@Test
	void tellsWhenTheResponseEnds() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> read(this.reader, HEAD + CHUNKED + chunk(event(1)) + "0\r\n\r\n"));
		assertThat(this.events).hasSize(1);
	}

	@Test
	void payloadHasItsSize() {
		for (int size : new int[] { 60, 100, 65_536 }) {
			assertThat(json(1, size)).hasSize(size);
		}
	}

	private static void read(ResponseReader reader, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
		reader.read(Arrays.copyOf(bytes, bytes.length + 10), bytes.length);
	}

	private static String chunk(String text) {
		return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
	}

	private static String event(long number) {
		return "data: " + json(number, 100) + "\nid: 1763624000000-5.k3f9x2\n\n";
	}

	private static String json(long number, int size) {
		return JsonMapper.builder().build().writeValueAsString(Payload.of(10_000_000_000_000L, number, size));
	}

}
