package io.github.ssestarter.starter;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Streams that have taken their sockets: what is on the wire, and what becomes of the
 * connection.
 */
@ExtendWith(OutputCaptureExtension.class)
class SocketStreamTests {

	private static final int EVENTS = 10_000;

	/** Less than the first heartbeat, which is what finds a client gone otherwise. */
	private static final Duration AT_ONCE = Duration.ofSeconds(30);

	private static final Executor THREAD_EACH = (task) -> new Thread(task).start();

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, List.of(Streams.class, StreamEvents.class, Wrapping.class),
					"server.shutdown=graceful", "sse.history.max-events=20000", "sse.history.max-size=200MB",
					"sse.heartbeat.interval=120s", "sse.stream.send-buffer=32KB", "sse.stream.write-timeout=3s",
					"logging.level.io.github.ssestarter.servlet=INFO"));

	@ParameterizedTest
	@EnumSource
	void theSameBytesComeAsThroughTheServletApi(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		int port = application.port();
		try (RawStream socket = RawStream.get(port, "/joined");
				RawStream slow = RawStream.open(port, 16_384, false, "GET /joined HTTP/1.1");
				RawStream old = RawStream.open(port, 0, false, "GET /joined HTTP/1.0");
				RawStream servlet = RawStream.get(port, "/wrapped/joined")) {
			awaitTransport(application, socket, SseConnection.Transport.SOCKET);
			awaitTransport(application, slow, SseConnection.Transport.SOCKET);
			awaitTransport(application, old, SseConnection.Transport.SOCKET);
			awaitTransport(application, servlet, SseConnection.Transport.SERVLET);
			List<CompletableFuture<String>> read = Stream.of(servlet, socket, slow, old)
				.map((stream) -> CompletableFuture.supplyAsync(() -> events(stream), THREAD_EACH))
				.toList();
			for (int i = 0; i < EVENTS; i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "tick", i + "x".repeat(i * 31 % 1777));
				if (i % 1000 == 0) {
					application.broadcaster().send(SseAudience.topic("topic"), "large", "y".repeat(50_000 + i));
				}
			}
			application.broadcaster().send(SseAudience.topic("topic"), "last", "end");
			String expected = read.get(0).join();
			assertThat(expected.lines().filter("event: tick"::equals)).hasSize(EVENTS);
			assertThat(read).allSatisfy((body) -> assertThat(body.join()).isEqualTo(expected));
			assertThat(old.headers()).doesNotContainKey("transfer-encoding");
			assertThat(socket.headers()).containsEntry("transfer-encoding", "chunked");
		}
		assertThat(output.toString()
			.lines()
			.filter((line) -> line.contains("INFO") && line.contains("instead of their sockets")
					&& line.contains(Wrapping.Tee.class.getName()) && line.contains("sse.transport=servlet")))
			.hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void whoSeesTheHeadersIsTheClientsStream(Container container) {
		TestApplication application = applications.on(container);
		SseConnections connections = application.bean(SseConnections.class);
		for (int i = 0; i < 100; i++) {
			try (RawStream stream = RawStream.get(application.port(), "/joined")) {
				assertThat(connections.get(stream.clientId())).isNotNull();
			}
		}
	}

	/**
	 * What came after the first event.
	 */
	private static String events(RawStream stream) {
		String body = stream.readTo("event: last\ndata: end\n").readTo("\n\n").body();
		return body.substring(body.indexOf("\n\nevent: "));
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatGoesIsNoticedAtOnceAndItsConnectionIsGivenBack(Container container) {
		TestApplication application = applications.on(container);
		StreamEvents events = application.bean(StreamEvents.class);
		int before = connections(application);
		for (String path : List.of("/joined", "/sent", "/kept")) {
			RawStream fin = RawStream.get(application.port(), path).readTo("\n\n");
			RawStream rst = RawStream.get(application.port(), path).readTo("\n\n");
			awaitTransport(application, fin, SseConnection.Transport.SOCKET);
			awaitTransport(application, rst, SseConnection.Transport.SOCKET);
			fin.close();
			rst.reset();
			await().atMost(AT_ONCE)
				.untilAsserted(() -> assertThat(List.of(events.closed(fin.clientId()), events.closed(rst.clientId())))
					.containsOnly(List.of(SseCloseReason.CLIENT_GONE)));
		}
		await().atMost(AT_ONCE).until(() -> connections(application) <= before);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsSentAfterTheRequestIsThrownAwayAndTooMuchOfItEndsTheStream(Container container) {
		TestApplication application = applications.on(container);
		int before = connections(application);
		try (RawStream stream = RawStream.open(application.port(), 0, false, "GET /joined HTTP/1.1", "Host: localhost",
				"", "GET /kept HTTP/1.1")) {
			stream.readTo("\n\n");
			awaitTransport(application, stream, SseConnection.Transport.SOCKET);
			for (int i = 0; i < 10; i++) {
				stream.send("GET /kept HTTP/1.1\r\nHost: localhost\r\n\r\n");
				application.broadcaster().send(SseAudience.topic("topic"), "tick", "" + i);
				stream.readTo("event: tick\ndata: " + i + "\n");
			}
			assertThat(stream.body()).doesNotContain("HTTP/1.1");
			assertThatThrownBy(() -> {
				for (int i = 0; i < 10_000; i++) {
					stream.send("x".repeat(1000));
				}
			}).hasCauseInstanceOf(SocketException.class);
			application.bean(StreamEvents.class).awaitClosed(stream.clientId(), SseCloseReason.CLIENT_GONE);
		}
		await().atMost(AT_ONCE).until(() -> connections(application) <= before);
	}

	@ParameterizedTest
	@EnumSource
	void aStreamThatIsCompletedEndsWithTheLastChunk(Container container) {
		TestApplication application = applications.on(container);
		int before = connections(application);
		try (RawStream attached = RawStream.get(application.port(), "/short");
				RawStream detached = RawStream.get(application.port(), "/sent");
				RawStream old = RawStream.open(application.port(), 0, false, "GET /sent HTTP/1.0")) {
			assertThat(attached.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
			assertThat(attached.body()).contains("data: hello\n\n");
			for (RawStream stream : List.of(detached, old)) {
				awaitTransport(application, stream, SseConnection.Transport.SOCKET);
			}
			application.broadcaster().close(SseAudience.topic("topic"));
			for (RawStream stream : List.of(detached, old)) {
				assertThat(stream.readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
				assertThat(stream.body()).contains("data: hello\n\n");
				application.bean(StreamEvents.class).awaitClosed(stream.clientId(), SseCloseReason.CLOSED);
			}
		}
		await().atMost(AT_ONCE).until(() -> connections(application) <= before);
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatDoesNotReadIsCutWithoutTheLastChunk(Container container) {
		TestApplication application = applications.on(container);
		int before = connections(application);
		try (RawStream stalled = RawStream.open(application.port(), 4096, false, "GET /joined HTTP/1.1")) {
			awaitTransport(application, stalled, SseConnection.Transport.SOCKET);
			for (int i = 0; i < 50; i++) {
				application.broadcaster().send(SseAudience.topic("topic"), "large", "x".repeat(50_000));
			}
			await().atMost(20, TimeUnit.SECONDS)
				.until(() -> application.bean(StreamEvents.class)
					.closed(stalled.clientId())
					.equals(List.of(SseCloseReason.WRITE_TIMEOUT)));
			assertThat(stalled.readToEnd()).isEqualTo(RawStream.End.CUT);
		}
		await().atMost(AT_ONCE).until(() -> connections(application) <= before);
	}

	@ParameterizedTest
	@EnumSource
	void anInterruptedPublisherHarmsNobody(Container container) {
		TestApplication application = applications.on(container);
		try (RawStream stream = RawStream.get(application.port(), "/joined")) {
			awaitTransport(application, stream, SseConnection.Transport.SOCKET);
			for (int i = 0; i < 100; i++) {
				Thread.currentThread().interrupt();
				application.broadcaster().send(SseAudience.topic("topic"), "tick", "" + i);
				assertThat(Thread.interrupted()).isTrue();
				stream.readTo("event: tick\ndata: " + i + "\n");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = "TOMCAT")
	void aStreamThatWasSentToBeforeItJoinedGoesOnThroughTheServletApi(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		for (int i = 0; i < 2; i++) {
			try (RawStream stream = RawStream.get(application.port(), "/early")) {
				stream.readTo("data: hello\n\n");
				awaitTransport(application, stream, SseConnection.Transport.SERVLET);
				application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
				stream.readTo("event: tick\ndata: 1\n");
			}
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("call join or keepOpen first"))).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void manyStreamsComeAndGoAndLeaveNothing(Container container) {
		TestApplication application = applications.on(container);
		int before = connections(application);
		for (int round = 0; round < 5; round++) {
			List<RawStream> streams = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				streams.add(RawStream.get(application.port(), "/joined"));
			}
			streams.forEach((stream) -> awaitTransport(application, stream, SseConnection.Transport.SOCKET));
			application.broadcaster().send(SseAudience.topic("topic"), "tick", "" + round);
			for (int i = 0; i < streams.size(); i++) {
				streams.get(i).readTo("event: tick\ndata: " + round + "\n");
				if (i % 3 == 0) {
					streams.get(i).close();
				}
				else if (i % 3 == 1) {
					streams.get(i).reset();
				}
			}
			application.broadcaster().close(SseAudience.everyone());
			for (int i = 2; i < streams.size(); i += 3) {
				assertThat(streams.get(i).readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
				streams.get(i).close();
			}
		}
		await().atMost(AT_ONCE).until(() -> connections(application) <= before);
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	/**
	 * How many connections the container has.
	 */
	static int connections(TestApplication application) {
		if (application.webServer() instanceof TomcatWebServer tomcat) {
			// The one that its acceptor waits for counts too, once that runs
			return (int) Math.max(1, ((AbstractProtocol<?>) tomcat.getTomcat().getConnector().getProtocolHandler())
				.getConnectionCount());
		}
		return ((JettyWebServer) application.webServer()).getServer().getConnectors()[0].getConnectedEndPoints().size();
	}

	static void awaitTransport(TestApplication application, RawStream stream, SseConnection.Transport transport) {
		SseConnections connections = application.bean(SseConnections.class);
		await().pollDelay(Duration.ZERO).atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
			SseConnection connection = connections.get(stream.clientId());
			assertThat(connection).isNotNull();
			assertThat(connection.state()).isNotEqualTo(SseConnection.State.ATTACHED);
			assertThat(connection.transport()).isEqualTo(transport);
		});
	}

	@RestController
	static class Streams {

		@GetMapping({ "/joined", "/wrapped/joined" })
		void joined(SseStream stream) {
			stream.join("topic");
		}

		@GetMapping("/sent")
		void sent(SseStream stream) {
			stream.join("topic").send("hello");
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			stream.keepOpen();
		}

		@GetMapping("/early")
		void early(SseStream stream) {
			stream.send("hello");
			stream.join("topic");
		}

		@GetMapping("/short")
		void ended(SseStream stream) {
			stream.join("topic").send("hello");
			stream.complete();
		}

	}

	/**
	 * A filter whose wrapper sees all that is written.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Wrapping {

		@Bean
		OncePerRequestFilter wrappingFilter() {
			return new OncePerRequestFilter() {

				@Override
				protected boolean shouldNotFilter(HttpServletRequest request) {
					return !request.getRequestURI().startsWith("/wrapped/");
				}

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					chain.doFilter(request, new Tee(response));
				}

			};
		}

		static class Tee extends HttpServletResponseWrapper {

			Tee(HttpServletResponse response) {
				super(response);
			}

			@Override
			public ServletOutputStream getOutputStream() throws IOException {
				return super.getOutputStream();
			}

		}

	}

}
