package io.github.ssestarter.test;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResponseReader} and {@link ResponseBody}. What is read here is read
 * whole, byte by byte, and cut in two at every place.
 */
class ResponseReaderTests {

	private static final String CHUNKED = "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n";

	@Test
	void readsStatusAndHeaders() throws Exception {
		ResponseHead head = read(
				"HTTP/1.1 503 Service Unavailable\r\nRetry-After:3\r\nVary: a\r\nvary:  b \r\n\r\n").head;
		assertThat(head.status()).isEqualTo(503);
		assertThat(head.header("retry-after")).isEqualTo("3");
		assertThat(head.headers().get("VARY")).containsExactly("a", "b");
		assertThat(head.header("Allow")).isNull();
	}

	@Test
	void readsChunks() throws Exception {
		Response response = read(CHUNKED + "4\r\nab\r\n\r\nA;x=\"1\"\r\n0123456789\r\n00\r\n\r\n");
		assertThat(response.body).hasToString("ab\r\n0123456789");
		assertThat(response.complete).isTrue();
	}

	@Test
	void readsTrailers() throws Exception {
		assertThat(read(CHUNKED + "1\r\na\r\n0\r\nX: 1\r\n").complete).isFalse();
		assertThat(read(CHUNKED + "1\r\na\r\n0\r\nX: 1\r\n\r\n").complete).isTrue();
	}

	@Test
	void passesPartsOfAChunkOn() throws Exception {
		Response response = new Response("GET");
		response.read((CHUNKED + "400\r\nabc").getBytes(StandardCharsets.UTF_8));
		assertThat(response.body).hasToString("abc");
	}

	@Test
	void missesTheRestOfChunks() throws Exception {
		Response response = read(CHUNKED + "1\r\na\r\n");
		assertThat(response.complete).isFalse();
		assertThat(response.reader.endsWithConnection()).isFalse();
	}

	@Test
	void readsUpToTheContentLength() throws Exception {
		Response response = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde");
		assertThat(response.body).hasToString("abcde");
		assertThat(response.complete).isTrue();
		response = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd");
		assertThat(response.complete).isFalse();
		assertThat(response.reader.endsWithConnection()).isFalse();
	}

	@Test
	void readsUntilTheConnectionCloses() throws Exception {
		Response response = read("HTTP/1.0 200 OK\r\n\r\nabcde\r\n");
		assertThat(response.body).hasToString("abcde\r\n");
		assertThat(response.complete).isFalse();
		assertThat(response.reader.endsWithConnection()).isTrue();
	}

	@Test
	void isNotCompleteWithoutHead() throws Exception {
		Response response = read("HTTP/1.1 200 OK\r\n");
		assertThat(response.reader.endsWithConnection()).isFalse();
	}

	@Test
	void expectsNoBodyWhereNoneCanBe() throws Exception {
		assertThat(read("HTTP/1.1 204 No Content\r\n\r\n").complete).isTrue();
		assertThat(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").complete).isTrue();
		Response response = new Response("HEAD");
		response.read((CHUNKED).getBytes(StandardCharsets.UTF_8));
		assertThat(response.complete).isTrue();
	}

	@Test
	void skipsInterimResponses() throws Exception {
		Response response = read("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
		assertThat(response.head.status()).isEqualTo(204);
		assertThat(response.head.headers()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SSH-2.0\r\n\r\n", "\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", CHUNKED + "x\r\n", CHUNKED + "\r\n", CHUNKED + "-1\r\n",
			CHUNKED + "1\r\nab\r\n" })
	void refusesWhatIsNotHttp(String text) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(text));
	}

	@Test
	void refusesAnEndlessLine() {
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> new Response("GET").read("x".repeat(70_000).getBytes(StandardCharsets.UTF_8)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/event-stream", "Text/Event-Stream", "text/event-stream;",
			"text/event-stream ; bogus", "text/event-stream;charset=bogus" })
	void knowsAnEventStreamAsBrowsersDo(String type) throws Exception {
		assertThat(read("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n").head.isEventStream()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "201 Created\r\nContent-Type: text/event-stream",
			"200 OK\r\nContent-Type: text/event-streams", "200 OK\r\nContent-Type: text/plain", "200 OK" })
	void knowsWhatIsNoEventStream(String head) throws Exception {
		assertThat(read("HTTP/1.1 " + head + "\r\n\r\n").head.isEventStream()).isFalse();
	}

	@Test
	void knowsTheCharset() throws Exception {
		assertThat(read("HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=ISO-8859-1\r\n\r\n").head.charset())
			.isEqualTo(StandardCharsets.ISO_8859_1);
		assertThat(read("HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=bogus\r\n\r\n").head.charset())
			.isEqualTo(StandardCharsets.UTF_8);
		assertThat(read("HTTP/1.1 200 OK\r\n\r\n").head.charset()).isEqualTo(StandardCharsets.UTF_8);
	}

	private static Response read(String text) throws ProtocolException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		Response whole = new Response("GET");
		whole.read(bytes);
		Response byteByByte = new Response("GET");
		for (byte single : bytes) {
			byteByByte.read(new byte[] { single });
		}
		byteByByte.assertSameAs(whole);
		for (int i = 1; i < bytes.length; i++) {
			Response halves = new Response("GET");
			halves.read(Arrays.copyOf(bytes, i));
			halves.read(Arrays.copyOfRange(bytes, i, bytes.length));
			halves.assertSameAs(whole);
		}
		return whole;
	}

	private static final class Response {

		private final StringBuilder body = new StringBuilder();

		private final ResponseReader reader;

		private ResponseHead head = new ResponseHead(0, Map.of());

		private boolean complete;

		Response(String method) {
			this.reader = new ResponseReader(method, (head) -> this.head = head,
					(bytes) -> this.body.append(StandardCharsets.UTF_8.decode(bytes)));
		}

		void read(byte[] bytes) throws ProtocolException {
			assertThat(this.complete).isFalse();
			this.complete = this.reader.read(ByteBuffer.wrap(bytes));
		}

		void assertSameAs(Response other) {
			assertThat(this.body).hasToString(other.body.toString());
			assertThat(this.head).isEqualTo(other.head);
			assertThat(this.complete).isEqualTo(other.complete);
		}

	}

}
