package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A web server, or its connector, that is stopped under streams that have taken their
 * sockets, without the application's end that closes them in order.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServerStopTests {

	private static final int STREAMS = 20;

	private static final Duration SOON = Duration.ofSeconds(10);

	/**
	 * Half of the clients do not read, so that writes to them are under way.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,false", "TOMCAT,true", "JETTY,false", "JETTY,true" })
	void streamsAreCutWithTheServerAndLeaveNothing(Container container, boolean isSecure, CapturedOutput output) {
		Set<String> before = threads();
		TestApplication application = start(container, isSecure);
		AbstractProtocol<?> protocol = protocol(application);
		List<RawStream> streams = open(application, isSecure);
		for (int i = 0; i < 50; i++) {
			application.broadcaster().send(SseAudience.topic("topic"), "large", "x".repeat(50_000));
		}
		streams.subList(0, STREAMS / 2).forEach((stream) -> stream.readTo("event: large\n"));
		long start = System.nanoTime();
		application.webServer().stop();
		awaitGone(application, streams);
		application.broadcaster().send(SseAudience.topic("topic"), "late", "");
		application.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
		if (protocol != null) {
			assertThat(protocol.getConnectionCount()).isLessThanOrEqualTo(0);
		}
		assertAreCut(streams);
		await().atMost(SOON).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
		assertThat(output).doesNotContain(" WARN ", " ERROR ", "Exception", "\tat ");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aConnectorOfTomcatsThatIsPausedHarmsNoStreamAndOneThatIsStoppedEndsThem(boolean isSecure,
			CapturedOutput output) throws Exception {
		try (TestApplication application = start(Container.TOMCAT, isSecure)) {
			Connector connector = ((TomcatWebServer) application.webServer()).getTomcat().getConnector();
			AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
			for (int round = 0; round < 2; round++) {
				List<RawStream> streams = open(application, isSecure);
				connector.pause();
				for (int i = 0; i < 3; i++) {
					application.broadcaster().send(SseAudience.topic("topic"), "paused", "" + i);
				}
				streams.forEach((stream) -> stream.readTo("event: paused\ndata: 2\n"));
				RawStream leaving = streams.get(0);
				leaving.close();
				application.bean(StreamEvents.class).awaitClosed(leaving.clientId(), SseCloseReason.CLIENT_GONE);
				connector.resume();
				application.broadcaster().send(SseAudience.topic("topic"), "resumed", "");
				streams.subList(1, STREAMS).forEach((stream) -> stream.readTo("event: resumed\n"));
				connector.stop();
				awaitGone(application, streams);
				assertAreCut(streams.subList(1, STREAMS));
				assertThat(protocol.getConnectionCount()).isLessThanOrEqualTo(0);
				connector.start();
			}
			List<RawStream> streams = open(application, isSecure);
			application.broadcaster().send(SseAudience.topic("topic"), "again", "");
			streams.forEach((stream) -> stream.readTo("event: again\n").close());
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ", "Exception", "\tat ");
	}

	private static TestApplication start(Container container, boolean isSecure) {
		return TestApplication.start(container, List.of(Live.class, StreamEvents.class),
				Stream
					.concat(Stream.of("sse.transport=auto", "sse.heartbeat.interval=0", "sse.stream.send-buffer=32KB"),
							Stream.of((isSecure) ? TestCertificate.properties() : new String[0]))
					.toArray(String[]::new));
	}

	private static List<RawStream> open(TestApplication application, boolean isSecure) {
		List<RawStream> streams = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			streams.add(RawStream.open(application.port(), 4096, isSecure, "GET /joined HTTP/1.1"));
		}
		streams
			.forEach((stream) -> SocketStreamTests.awaitTransport(application, stream, SseConnection.Transport.SOCKET));
		return streams;
	}

	private static void awaitGone(TestApplication application, List<RawStream> streams) {
		StreamEvents events = application.bean(StreamEvents.class);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(streams).allSatisfy((stream) -> assertThat(events.closed(stream.clientId()))
				.containsExactly(SseCloseReason.CLIENT_GONE)));
		assertThat(application.broadcaster().connectedCount()).isZero();
	}

	private static void assertAreCut(List<RawStream> streams) {
		assertThat(streams).allSatisfy((stream) -> assertThat(stream.readToEnd()).isEqualTo(RawStream.End.CUT));
		streams.forEach(RawStream::close);
	}

	private static @Nullable AbstractProtocol<?> protocol(TestApplication application) {
		return (application.webServer() instanceof TomcatWebServer tomcat)
				? (AbstractProtocol<?>) tomcat.getTomcat().getConnector().getProtocolHandler() : null;
	}

	/**
	 * The threads of the engine and of the containers.
	 */
	private static Set<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.matches("(sse-(?!test)|http|https|qtp).*"))
			.collect(Collectors.toSet());
	}

	@RestController
	static class Live {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
