package io.github.ssestarter.starter;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that send on streams that have taken their sockets.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostileInputTests {

	private static final int STREAMS = 5;

	/** Less than either container is told to bear. */
	private static final int BORNE = 500;

	private static final int MEGABYTE = 1024 * 1024;

	/** Less than the first heartbeat. */
	private static final Duration AT_ONCE = Duration.ofSeconds(30);

	private static final Executor THREAD_EACH = (task) -> new Thread(task).start();

	private static final Duration WATCHED = Duration.ofMillis(500);

	@RegisterExtension
	static final SharedApplication plain = new SharedApplication((container) -> start(container));

	@RegisterExtension
	static final SharedApplication secure = new SharedApplication(
			(container) -> start(container, TestCertificate.properties()));

	private final List<RawStream> streams = new ArrayList<>();

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, List.of(Live.class, StreamEvents.class),
				Stream.concat(Stream.of("sse.transport=auto", "sse.heartbeat.interval=120s"), Stream.of(properties))
					.toArray(String[]::new));
	}

	private static TestApplication application(Container container, boolean isSecure) {
		return (isSecure) ? secure.on(container) : plain.on(container);
	}

	private void open(TestApplication application, boolean isSecure) {
		for (int i = 0; i < STREAMS; i++) {
			this.streams.add(RawStream.open(application.port(), 0, isSecure, "GET /joined HTTP/1.1"));
		}
		this.streams
			.forEach((stream) -> SocketStreamTests.awaitTransport(application, stream, SseConnection.Transport.SOCKET));
	}

	@AfterEach
	void close() {
		this.streams.forEach(RawStream::close);
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,false", "TOMCAT,true", "JETTY,false", "JETTY,true" })
	void bytesThatTrickleInAreBorneUpToALimit(Container container, boolean isSecure, CapturedOutput output) {
		TestApplication application = application(container, isSecure);
		int connections = SocketStreamTests.connections(application);
		open(application, isSecure);
		String request = "GET /joined HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
		trickle(request);
		for (int i = request.length(); i < BORNE; i++) {
			trickle("x");
		}
		assertIsAtRest();
		application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
		this.streams.forEach((stream) -> stream.readTo("event: tick\ndata: 1\n"));
		sendUntilRefused("x".repeat(100));
		awaitClosed(application, connections, output);
	}

	private void trickle(String text) {
		for (int i = 0; i < text.length(); i++) {
			for (RawStream stream : this.streams) {
				stream.send(text.substring(i, i + 1));
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,false", "TOMCAT,true", "JETTY,false", "JETTY,true" })
	void requestsOnAnOpenStreamAreNotAnswered(Container container, boolean isSecure, CapturedOutput output) {
		TestApplication application = application(container, isSecure);
		int connections = SocketStreamTests.connections(application);
		open(application, isSecure);
		StreamEvents events = application.bean(StreamEvents.class);
		int opened = events.openedCount();
		String request = "GET /joined HTTP/1.1\r\nHost: localhost\r\n\r\n";
		this.streams.forEach((stream) -> stream.send(request.repeat(10)));
		assertIsAtRest();
		application.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
		for (RawStream stream : this.streams) {
			assertThat(stream.readTo("event: tick\ndata: 1\n").body()).doesNotContain("HTTP/1.1");
		}
		assertThat(events.openedCount()).isEqualTo(opened);
		sendUntilRefused(request);
		awaitClosed(application, connections, output);
		assertThat(events.openedCount()).isEqualTo(opened);
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,false", "TOMCAT,true", "JETTY,false", "JETTY,true" })
	void aMegabyteOfRubbishEndsTheStream(Container container, boolean isSecure, CapturedOutput output) {
		TestApplication application = application(container, isSecure);
		int connections = SocketStreamTests.connections(application);
		open(application, isSecure);
		for (RawStream stream : this.streams) {
			try {
				stream.send("\u0000\u00ff\r\n".repeat(MEGABYTE / 4));
			}
			catch (UncheckedIOException ex) {
				assertThat(ex).hasMessageMatching(".*(reset|closed|Broken pipe|Connection).*");
			}
		}
		awaitClosed(application, connections, output);
	}

	@ParameterizedTest
	@EnumSource
	void aRecordOfTlsThatIsForgedEndsTheStream(Container container, CapturedOutput output) {
		TestApplication application = application(container, true);
		int connections = SocketStreamTests.connections(application);
		open(application, true);
		Random random = new Random(1);
		for (RawStream stream : this.streams) {
			byte[] sealed = new byte[100];
			random.nextBytes(sealed);
			stream.sendBelow(new byte[] { 23, 3, 3, 0, (byte) sealed.length });
			stream.sendBelow(sealed);
		}
		awaitClosed(application, connections, output);
	}

	/**
	 * On all streams at the same time: Tomcat gives up a connection a second after it has
	 * been told to.
	 */
	private void sendUntilRefused(String text) {
		CompletableFuture
			.allOf(this.streams.stream()
				.map((stream) -> CompletableFuture.runAsync(() -> sendUntilRefused(stream, text), THREAD_EACH))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private static void sendUntilRefused(RawStream stream, String text) {
		try {
			for (int sent = 0; sent < 100 * MEGABYTE; sent += text.length()) {
				stream.send(text);
			}
		}
		catch (UncheckedIOException ex) {
			// As it has to be
			return;
		}
		throw new AssertionError("All of it was taken");
	}

	private void awaitClosed(TestApplication application, int connections, CapturedOutput output) {
		StreamEvents events = application.bean(StreamEvents.class);
		await().atMost(AT_ONCE)
			.untilAsserted(
					() -> assertThat(this.streams).allSatisfy((stream) -> assertThat(events.closed(stream.clientId()))
						.containsExactly(SseCloseReason.CLIENT_GONE)));
		await().atMost(AT_ONCE).until(() -> SocketStreamTests.connections(application) <= connections);
		assertIsAtRest();
		assertThat(output).doesNotContain(" WARN ", " ERROR ", "\tat ");
	}

	/**
	 * No thread of the server turns in circles.
	 */
	private static void assertIsAtRest() {
		long before = cpu();
		long start = System.nanoTime();
		await().atMost(WATCHED.multipliedBy(2)).until(() -> System.nanoTime() - start > WATCHED.toNanos());
		assertThat(Duration.ofNanos(cpu() - before)).isLessThan(WATCHED.dividedBy(4));
	}

	/**
	 * What the threads of the containers and of the engine have used of the CPU.
	 */
	private static long cpu() {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long sum = 0;
		for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
			if (thread != null && thread.getThreadName().matches("(sse-(?!test)|http|https|qtp).*")) {
				sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
			}
		}
		return sum;
	}

	@RestController
	static class Live {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
