package io.github.ssestarter.format;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.testsupport.EventStreamParser;
import io.github.ssestarter.format.testsupport.EventStreamParser.Block;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random events through {@link SseEventFormatter} and a client by the standard.
 */
class RoundTripTests {

	private static final String ALPHABET = "ab :\r\n\0\t,{}\"'idatevnry0123456789\u00e9\u20ac\uFEFF\ud83d\ude00\ufffd";

	private final SseEventFormatter formatter = new SseEventFormatter(JsonWriter.of(JsonMapper.builder().build()),
			1_000_000);

	private final long seed = Long.getLong("sse.test.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	@Test
	void whatAClientGetsIsWhatWasSent() {
		List<Block> received = new ArrayList<>();
		EventStreamParser client = new EventStreamParser("", false, received::add);
		String cursor = "";
		for (int i = 0; i < 20_000; i++) {
			SseEvent event = event();
			boolean isBroadcast = this.random.nextBoolean();
			byte[] frame = frame(event, isBroadcast);
			int cut = this.random.nextInt(frame.length + 1);
			client.take(frame, 0, cut);
			client.take(frame, cut, frame.length - cut);
			if (event.data() == null && event.name() == null && event.id() == null && !isBroadcast) {
				assertThat(received).as("What only tells how to go on is no block: %s", event).isEmpty();
				client.take(new byte[] { '\n' }, 0, 1);
			}
			cursor = (isBroadcast) ? "log" : (event.id() != null) ? event.id() : cursor;
			assertThat(received).as("event %s, seed %s", event, this.seed).containsExactly(expected(event, cursor));
			received.clear();
		}
	}

	private byte[] frame(SseEvent event, boolean isBroadcast) {
		return (isBroadcast) ? SseEventFormatter.complete(this.formatter.formatBody(event), "log")
				: this.formatter.format(event);
	}

	private static Block expected(SseEvent event, String cursor) {
		String name = event.name();
		String data = (event.data() != null) ? normalize(event.data().toString()) : (name != null) ? "" : null;
		Duration retry = event.retry();
		String comment = event.comment();
		return new Block((name != null) ? replace(name) : "message", data, replace(cursor),
				(retry != null) ? retry.toMillis() : null,
				(comment != null) ? List.of(normalize(comment).split("\n", -1)) : List.of());
	}

	private static String normalize(String text) {
		return replace(text.replace("\r\n", "\n").replace('\r', '\n'));
	}

	private static String replace(String text) {
		return text.codePoints()
			.map((code) -> (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) ? 0xFFFD : code)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private SseEvent event() {
		SseEvent event = switch (this.random.nextInt(5)) {
			case 0 -> SseEvent.of(text());
			case 1 -> SseEvent.named("n" + line());
			case 2 -> SseEvent.of("n" + line(), new StringBuilder(text()));
			case 3 -> SseEvent.commentOnly(text());
			default -> SseEvent.of(line(), text());
		};
		event = (this.random.nextInt(3) == 0) ? event.id(line().replace("\0", "")) : event;
		event = (this.random.nextInt(5) == 0) ? event.retry(Duration.ofMillis(this.random.nextInt(1_000_000))) : event;
		return (this.random.nextInt(5) == 0) ? event.comment(text()) : event;
	}

	private String line() {
		return text().replaceAll("[\r\n]", "");
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		int length = this.random.nextInt(this.random.nextInt(50) + 1);
		for (int i = 0; i < length; i++) {
			text.append(ALPHABET.charAt(this.random.nextInt(ALPHABET.length())));
		}
		return text.toString();
	}

	@Test
	void jsonRoundTrips() {
		JsonMapper mapper = JsonMapper.builder().build();
		for (int i = 0; i < 1_000; i++) {
			List<@Nullable String> value = List.of(text(), line());
			List<Block> blocks = EventStreamParser.parse(this.formatter.format(SseEvent.of(value)));
			assertThat(blocks).hasSize(1);
			assertThat(mapper.readValue(blocks.get(0).data(), List.class)).as("seed %s", this.seed).isEqualTo(value);
		}
	}

}
