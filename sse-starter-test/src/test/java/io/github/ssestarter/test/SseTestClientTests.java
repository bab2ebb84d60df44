package io.github.ssestarter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.test.testsupport.RawServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SseTestClient}.
 */
class SseTestClientTests {

	private static final Duration SHORT = Duration.ofMillis(100);

	private final List<AutoCloseable> resources = new ArrayList<>();

	@AfterEach
	void closeAll() throws Exception {
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	@Test
	void sendsAPlainRequest() {
		RawServer server = server(RawServer.STREAM);
		add(SseTestClient.connect("http://localhost:" + server.port()));
		add(SseTestClient.connect(URI.create("http://localhost:" + server.port() + "/a%20b?c=d#e")));
		String rest = " HTTP/1.1\r\nAccept: text/event-stream\r\nHost: localhost:" + server.port() + "\r\n\r\n";
		assertThat(server.connection().request()).isEqualTo("GET /" + rest);
		assertThat(server.connection().request()).isEqualTo("GET /a%20b?c=d" + rest);
	}

	@Test
	void sendsWhatTheBuilderSays() {
		RawServer server = server(RawServer.STREAM);
		add(SseTestClient.to(server.port(), "/a")
			.method("PUT")
			.header("accept", "*/*")
			.header("X-Two", "1", "2")
			.header("Host")
			.lastEventId("4€")
			.body("text/plain", "ä")
			.connect());
		assertThat(server.connection().request()).startsWith("PUT /a HTTP/1.1\r\n")
			.endsWith("\r\n\r\nä")
			.contains("\r\naccept: */*\r\n", "\r\nX-Two: 1\r\nX-Two: 2\r\n", "\r\nLast-Event-ID: 4€\r\n",
					"\r\nContent-Type: text/plain\r\n", "\r\nContent-Length: 2\r\n")
			.doesNotContain("Accept", "Host");
	}

	@Test
	void keepsWhatTheStarterTellsApartFromTheEvents() throws Exception {
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = connect(server);
		server.connection()
			.write("event: connected\ndata: {\"clientId\":\"c\"}\nid: 1\n\nevent: connected\ndata: the application's\n\n"
					+ "event: sse-heartbeat\ndata: {}\n\nevent: sse-end\ndata: {\"reason\":\"CLOSED\"}\n\n");
		client.expect("connected", "the application's");
		assertThat(client.skipTo("connected").data()).isEqualTo("{\"clientId\":\"c\"}");
		assertThat(client.skipTo("sse-end").data()).isEqualTo("{\"reason\":\"CLOSED\"}");
		client.expectNothing(Duration.ofMillis(50));
		assertThat(client.eventCount()).isEqualTo(1);
	}

	@Test
	void keepsWhatTheStarterTellsUntilItIsLookedFor() throws Exception {
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = connect(server);
		server.connection()
			.write("event: node\ndata: left\n\nevent: connected\ndata: {\"clientId\":\"c\"}\n\ndata: 1\n\n");
		assertThat(client.skipTo("message").data()).isEqualTo("1");
		assertThat(client.skipTo("connected").data()).isEqualTo("{\"clientId\":\"c\"}");
	}

	@Test
	void waitsForTheBeginningAndTakesNothing() throws Exception {
		for (String beginning : List.of("retry: 2000\n", ":\n", "data: 1\n\n", "event: sse-heartbeat\ndata: {}\n\n")) {
			RawServer server = server(RawServer.STREAM);
			SseTestClient client = connect(server);
			server.connection().write(beginning);
			client.awaitOpen();
		}
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = connect(server);
		server.connection().close();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::awaitOpen)
			.withMessageStartingWith("No beginning of the stream");
	}

	@Test
	void sendsNoEmptyCursor() {
		RawServer server = server(RawServer.STREAM);
		add(SseTestClient.to(server.port(), "/").lastEventId("1").lastEventId("").connect());
		assertThat(server.connection().request()).doesNotContain("Last-Event-ID");
	}

	@Test
	void sendsALargeBody() {
		RawServer server = server(RawServer.STREAM);
		String body = "0123456789".repeat(1_000_000);
		add(SseTestClient.to(server.port(), "/").method("POST").body("text/plain", body).connect());
		assertThat(server.connection().request()).endsWith("\r\n\r\n" + body);
	}

	@Test
	void refusesWhatWouldBreakTheRequest() {
		assertThatIllegalArgumentException().isThrownBy(() -> SseTestClient.to("https://localhost/"));
		assertThatIllegalArgumentException().isThrownBy(() -> SseTestClient.to("/path"));
		assertThatIllegalArgumentException().isThrownBy(() -> SseTestClient.to(80, "path"));
		SseTestClient.Builder builder = SseTestClient.to(80, "/");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a:", "b"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a", "b\r\nc: d"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.lastEventId("1\0"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.method("GET / HTTP/1.1"));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.keepRaw(-1));
	}

	@Test
	void returnsAnyAnswer() {
		RawServer server = server("HTTP/1.1 503 Busy\r\nContent-Type: text/plain;charset=ISO-8859-1\r\n"
				+ "Retry-After: 3\r\nContent-Length: 4\r\n\r\nfull");
		SseTestClient client = connect(server);
		assertThat(client.status()).isEqualTo(503);
		assertThat(client.header("retry-after")).isEqualTo("3");
		assertThat(client.header("Allow")).isNull();
		assertThat(client.headers()).containsEntry("Content-Length", List.of("4"));
		assertThat(client.body()).isEqualTo("full");
	}

	@Test
	void keepsAllOfABody() {
		String text = "0123456789".repeat(10_000);
		RawServer server = server("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + text);
		assertThat(connect(server).body()).isEqualTo(text);
	}

	@Test
	void failsWaitingForTheBodyOfAStream() {
		SseTestClient client = connect(server(RawServer.STREAM + ": open\n\n"));
		client.expectComment();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::body)
			.withMessageContainingAll("body of an event stream", ": open");
	}

	@Test
	void failsWaitingForABodyThatIsCutOff() throws Exception {
		RawServer server = server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
		SseTestClient client = connect(server);
		server.connection().close();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::body)
			.withMessageContainingAll("broken", "abc");
	}

	@Test
	void tellsThatAnAnswerIsNoEventStream() {
		SseTestClient client = connect(server("HTTP/1.1 403 No\r\nContent-Length: 7\r\n\r\ndata: 1"));
		client.body();
		String expected = "answered 403 without a content type, which is no event stream, ended by the server";
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next).withMessageContaining(expected);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expectNothing(SHORT))
			.withMessageContaining(expected);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.awaitEvents(1))
			.withMessageContaining(expected);
	}

	@Test
	@Timeout(10)
	void doesNotWaitForEventsOfWhatIsNoEventStream() {
		SseTestClient client = connect(server("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\ndata: 1\n\n"));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next).withMessageStartingWith("No event.\n");
		assertThat(client.events()).isEmpty();
	}

	@Test
	void throwsWhenRefused() throws Exception {
		// Bound and not listening, so that nobody else gets the port meanwhile
		try (Socket silent = new Socket()) {
			silent.bind(new InetSocketAddress("localhost", 0));
			assertThatExceptionOfType(UncheckedIOException.class)
				.isThrownBy(() -> SseTestClient.to(silent.getLocalPort(), "/a").connect())
				.withMessageContaining("GET http://localhost:" + silent.getLocalPort() + "/a got no answer")
				.withCauseInstanceOf(ConnectException.class);
		}
	}

	@Test
	void throwsWhenTheHostIsNotKnown() {
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> SseTestClient.connect("http://unknown.invalid/"))
			.withCauseInstanceOf(UnknownHostException.class);
	}

	@Test
	void throwsWhenTheConnectionEndsBeforeTheAnswer() throws Exception {
		RawServer server = server("HTTP/1.1 200 OK\r\n");
		Thread closer = new Thread(() -> {
			try {
				server.connection().close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		closer.start();
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> connect(server))
			.withMessageContaining("ended before");
		closer.join();
	}

	@Test
	void throwsWhenTheAnswerIsNotHttp() {
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> connect(server("220 smtp\r\n\r\n")))
			.withCauseInstanceOf(ProtocolException.class);
	}

	@Test
	void failsWhenTheAnswerTakesTooLong() throws Exception {
		RawServer server = server("HTTP/1.1 200 OK\r\n");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> SseTestClient.to(server.port(), "/a").timeout(SHORT).connect())
			.withMessageContainingAll("No answer within 100 ms", "GET http://localhost:" + server.port() + "/a");
		assertThat(server.connection().read()).isEqualTo(-1);
	}

	@Test
	void takesEventsInOrder() {
		SseTestClient client = connect(server(RawServer.STREAM + "data: 1\n\nevent: b\nid: 7\ndata: 2\n\n"));
		assertThat(client.next()).isEqualTo(new SseTestEvent("message", "1", ""));
		assertThat(client.next()).isEqualTo(new SseTestEvent("b", "2", "7"));
	}

	@Test
	void waitsForEvents() throws Exception {
		RawServer server = server(RawServer.CHUNKED_STREAM);
		SseTestClient client = connect(server);
		RawServer.Connection connection = server.connection();
		for (String part : List.of("5\r\ndata:\r\n5\r\n 1\n\n", "\r", "\n")) {
			client.expectNothing(Duration.ofMillis(20));
			connection.write(part);
			if (part.length() > 1) {
				client.expect("message", "1");
			}
		}
		connection.write("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
		client.expect("message", "2");
		client.expectEnd();
	}

	@Test
	void readsWhateverTheWritesAre() throws Exception {
		RawServer server = server(RawServer.CHUNKED_STREAM);
		SseTestClient client = connect(server);
		RawServer.Connection connection = server.connection();
		for (byte single : "B\r\ndata: €\r\r\r\n3\r\n\nid\r\n6\r\n: 5\n\r\n\r\n0\r\n\r\n"
			.getBytes(StandardCharsets.UTF_8)) {
			connection.write(new byte[] { single });
		}
		client.expectEnd();
		assertThat(client.events()).containsExactly(new SseTestEvent("message", "€", ""));
		assertThat(client.lastEventId()).isEqualTo("5");
		assertThat(client.raw()).isEqualTo("data: €\r\r\nid: 5\n\r\n");
	}

	@Test
	void failsWhenNoEventComes() {
		SseTestClient client = connectImpatiently(server(RawServer.STREAM + ": hi\r\ndata: 1\n\ndata: unfini"));
		client.next();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next)
			.withMessageContainingAll("No event within 500 ms", "answered 200 text/event-stream, open", "events: 1",
					"comments: 1", ": hi\\r\ndata: 1\n\ndata: unfini");
	}

	@Test
	void tellsThatNothingWasReceived() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(connectImpatiently(server(RawServer.STREAM))::next)
			.withMessageEndingWith("Nothing was received");
	}

	@Test
	void tellsOnlyTheLatestOfMuch() {
		SseTestClient client = connectImpatiently(server(RawServer.STREAM + ":" + "a".repeat(9000) + "\n: last\n\n"));
		client.expectComment();
		client.expectComment();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next)
			.withMessageContainingAll("Received last:\naaaa", ": last")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(2500));
	}

	@Test
	@Timeout(10)
	void doesNotWaitWhenTheStreamHasEnded() throws Exception {
		RawServer server = server(RawServer.STREAM + "data: 1\n\n");
		SseTestClient client = connect(server);
		server.connection().close();
		client.expectEnd();
		client.next();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next)
			.withMessageContainingAll("No event.\n", "ended by the server");
	}

	@Test
	void failsWhenInterrupted() {
		SseTestClient client = connect(server(RawServer.STREAM));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next).withMessageStartingWith("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void skipsToANamedEvent() {
		SseTestClient client = connectImpatiently(
				server(RawServer.STREAM + "data: 1\n\nevent: b\ndata: 2\n\ndata: 3\n\n"));
		assertThat(client.skipTo("b").data()).isEqualTo("2");
		assertThat(client.next().data()).isEqualTo("3");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.skipTo("b"))
			.withMessageContaining("No event 'b' within");
	}

	@Test
	void expectsAnEvent() {
		SseTestClient client = connect(
				server(RawServer.STREAM + "event: b\nid: 9\ndata: 1\n\nevent: b\ndata: 2\n\nevent: c\ndata: 3\n\n"));
		assertThat(client.expect("b", "1").lastEventId()).isEqualTo("9");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expect("b", "3"))
			.withMessageContainingAll("event 'b' with data '3'", "name=b, data=2");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expect("b", "3"))
			.withMessageContaining("name=c, data=3");
	}

	@Test
	void expectsSilence() throws Exception {
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = connect(server);
		RawServer.Connection connection = server.connection();
		connection.write(": hi\n\nretry: 5\nid: 1\n\n");
		long start = System.nanoTime();
		client.expectNothing(SHORT);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
		connection.write("data: 1\n\n");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expectNothing(Duration.ofSeconds(5)))
			.withMessageContaining("data=1");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expectNothing(Duration.ZERO));
		client.expect("message", "1");
		client.expectNothing(SHORT);
	}

	@Test
	void takesAnEndForNoSilence() throws Exception {
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = connect(server);
		server.connection().close();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.expectNothing(Duration.ofSeconds(5)))
			.withMessageContainingAll("silence", "ended by the server");
	}

	@Test
	void takesCommentsInOrder() throws Exception {
		RawServer server = server(RawServer.STREAM + ": a\n:b\n\n");
		SseTestClient client = connectImpatiently(server);
		assertThat(client.expectComment()).isEqualTo("a");
		assertThat(client.expectComment()).isEqualTo("b");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::expectComment)
			.withMessageContaining("No comment within 500 ms");
		server.connection().write(": c\n\n");
		assertThat(client.expectComment()).isEqualTo("c");
		assertThat(client.comments()).containsExactly("a", "b", "c");
	}

	@Test
	void awaitsANumberOfEvents() throws Exception {
		RawServer server = server(RawServer.STREAM + "data: 1\n\n");
		SseTestClient client = connectImpatiently(server);
		client.next();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.awaitEvents(2))
			.withMessageContaining("No event number 2 within 500 ms");
		server.connection().write("data: 2\n\n");
		assertThat(client.awaitEvents(2)).extracting(SseTestEvent::data).containsExactly("1", "2");
		assertThat(client.events()).isEqualTo(client.awaitEvents(1));
		client.expect("message", "2");
	}

	@Test
	void knowsDelayAndCursor() {
		SseTestClient client = connect(server(RawServer.STREAM + "retry: 70\nretry: 80\nid: 4\n\n: now\n\n"));
		client.expectComment();
		assertThat(client.retry()).contains(Duration.ofMillis(80));
		assertThat(client.lastEventId()).isEqualTo("4");
	}

	@Test
	void knowsNoDelayAtFirstAndTheCursorItCameWith() {
		RawServer server = server(RawServer.STREAM);
		SseTestClient client = add(SseTestClient.to(server.port(), "/").lastEventId("3").connect());
		assertThat(client.retry()).isEmpty();
		assertThat(client.lastEventId()).isEqualTo("3");
	}

	@Test
	void reconnectsFromItsCursor() {
		RawServer server = server(RawServer.STREAM + "id: 4\ndata: 1\n\n");
		SseTestClient client = add(
				SseTestClient.to(server.port(), "/a").lastEventId("3").header("X-Mine", "yes").connect());
		client.next();
		add(client.reconnect());
		assertThat(server.connection().request()).contains("Last-Event-ID: 3\r\n");
		assertThat(server.connection().request()).contains("Last-Event-ID: 4\r\n", "X-Mine: yes\r\n", "GET /a ")
			.doesNotContain("Last-Event-ID: 3");
		assertThat(client.isOpen()).isTrue();
	}

	@Test
	void keepsTheLatestOfTheWire() throws Exception {
		RawServer server = server(RawServer.STREAM);
		SseTestClient usual = connect(server);
		SseTestClient all = add(SseTestClient.to(server.port(), "/").keepRaw().connect());
		SseTestClient little = add(SseTestClient.to(server.port(), "/").keepRaw(7).connect());
		for (int i = 0; i < 3; i++) {
			RawServer.Connection connection = server.connection();
			connection.write(":" + "a".repeat(100_000) + "\n\n");
			connection.close();
		}
		List.of(usual, all, little).forEach(SseTestClient::expectEnd);
		assertThat(usual.raw()).hasSize(64 * 1024);
		assertThat(all.raw()).hasSize(100_003);
		assertThat(little.raw()).isEqualTo("aaaaa\n\n");
	}

	@Test
	void keepsTheLatestEvents() {
		RawServer server = server(RawServer.STREAM + "data: 1\n\ndata: 2\n\ndata: 3\n\n: 1\n: 2\n: 3\n");
		SseTestClient client = add(SseTestClient.to(server.port(), "/").keepEvents(2).connect());
		assertThat(client.awaitEvents(3)).extracting(SseTestEvent::data).containsExactly("2", "3");
		assertThat(client.eventCount()).isEqualTo(3);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::next)
			.withMessageContaining("More came than were to be kept, lost: 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 9\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n9\r\n" })
	void expectsTheEnd(String framing) throws Exception {
		RawServer server = server("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + framing);
		SseTestClient client = connectImpatiently(server);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::expectEnd)
			.withMessageContaining("not ended by the server within 500 ms");
		assertThat(client.isOpen()).isTrue();
		RawServer.Connection connection = server.connection();
		connection.write("data: 1\n\n\r\n0\r\n\r\n");
		client.expectEnd();
		assertThat(client.isOpen()).isFalse();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(client::expectBreak)
			.withMessageContaining("not broken");
		client.expect("message", "1");
		assertThat(connection.read()).isEqualTo(-1);
	}

	@Test
	void expectsABreak() throws Exception {
		RawServer server = server(RawServer.CHUNKED_STREAM);
		SseTestClient cutOff = connect(server);
		server.connection().close();
		cutOff.expectBreak();
		SseTestClient reset = connect(server);
		server.connection().reset();
		reset.expectBreak();
		SseTestClient garbled = connect(server);
		server.connection().write("what?\r\n");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(garbled::expectEnd)
			.withMessageContainingAll("not ended by the server", "broken (Not the size of a chunk: what?)")
			.withCauseInstanceOf(ProtocolException.class);
	}

	@Test
	void describesItself() throws Exception {
		SseTestClient client = connect(server(RawServer.STREAM + "data: 1\n\n"));
		client.next();
		assertThat(client.toString()).startsWith("GET http://localhost:")
			.endsWith("/ was answered 200 text/event-stream, open, events: 1, comments: 0");
		client.close();
		assertThat(client.toString()).contains(", closed by this client, ");
	}

	private RawServer server(String answer) {
		return add(new RawServer(answer));
	}

	private SseTestClient connect(RawServer server) {
		return add(SseTestClient.to(server.port(), "/").timeout(Duration.ofSeconds(60)).connect());
	}

	private SseTestClient connectImpatiently(RawServer server) {
		return add(SseTestClient.to(server.port(), "/").timeout(Duration.ofMillis(500)).connect());
	}

	private <T extends AutoCloseable> T add(T resource) {
		this.resources.add(0, resource);
		return resource;
	}

}
