package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.RawStream;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tens of thousands of streams that take their sockets, hear an event and go: every
 * second one is cut by its client, the others end in order. Then the container has no
 * more connections, open files and memory than before.
 */
@Tag("stress")
class SocketChurnStressTests {

	private static final int STREAMS = Stress.count(50_000, 2000);

	private static final int STREAMS_OVER_TLS = Stress.count(2000, 200);

	private static final int AT_ONCE = 500;

	private static final int AT_ONCE_OVER_TLS = 50;

	private static final int WARM_UP = 4;

	private static final int ROUNDS = 3;

	/** What the heap of the JVM varies by on its own, in bytes. */
	private static final long NOISE = 2L * 1024 * 1024;

	/** What the JDK keeps of a connection over TLS, for a client that comes back. */
	private static final long TLS_SESSION = 2048;

	@ParameterizedTest
	@EnumSource
	void nothingIsLeftOfStreamsThatHaveGone(Container container) throws Exception {
		try (TestApplication application = start(container); EventClients clients = new EventClients()) {
			run(container + ", plain", application, STREAMS / AT_ONCE, 0, () -> wave(application, clients));
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsLeftOfStreamsThatHaveGoneOverTls(Container container) throws Exception {
		try (TestApplication application = start(container, TestCertificate.properties())) {
			run(container + ", TLS", application, STREAMS_OVER_TLS / AT_ONCE_OVER_TLS, STREAMS_OVER_TLS * TLS_SESSION,
					() -> waveOverTls(application));
		}
	}

	/**
	 * What is left is looked at until nothing is: threads of the container, and of the
	 * clients, hold on to the last connections for a moment longer. What is kept of each
	 * stream is kept in every round; what a container keeps once, for as many as have
	 * come at the same moment, is not.
	 * @param kept what the heap may hold besides
	 */
	private static void run(String what, TestApplication application, int waves, long kept, Runnable wave)
			throws IOException {
		int idle = SocketStreamTests.connections(application);
		IntStream.range(0, WARM_UP).forEach((i) -> wave.run());
		for (int round = 1; round <= ROUNDS; round++) {
			Rest before = rest(application, idle);
			long start = System.nanoTime();
			IntStream.range(0, waves).forEach((i) -> wave.run());
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
			try {
				await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
					Rest after = rest(application, idle);
					Stress.report("Streams that come and go, %s: %d waves in %d ms, before %s, after %s", what, waves,
							millis, before, after);
					assertThat(after.connections()).isLessThanOrEqualTo(before.connections());
					assertThat(after.files()).isLessThanOrEqualTo(before.files() + 2);
					assertThat(after.heap() - before.heap()).isLessThan(NOISE + kept);
				});
				return;
			}
			catch (ConditionTimeoutException ex) {
				if (round == ROUNDS) {
					throw ex;
				}
			}
		}
	}

	private static void wave(TestApplication application, EventClients clients) {
		List<Visitor> visitors = IntStream.range(0, AT_ONCE).mapToObj((i) -> new Visitor(i % 2 == 0)).toList();
		EventClient.Request request = new EventClient.Request(application.port(), "/joined", "", 0);
		visitors.forEach((visitor) -> clients.connect(request, visitor));
		awaitSockets(application, AT_ONCE);
		application.broadcaster().send(SseAudience.topic("topic"), "tick", "");
		await().atMost(60, TimeUnit.SECONDS).until(() -> visitors.stream().allMatch((visitor) -> visitor.hasHeard));
		application.broadcaster().close(SseAudience.everyone());
		await().atMost(60, TimeUnit.SECONDS).until(() -> visitors.stream().allMatch((visitor) -> visitor.hasEnded));
		clients.check();
		assertThat(visitors).allMatch((visitor) -> visitor.failure == null);
	}

	private static void waveOverTls(TestApplication application) {
		List<RawStream> streams = Stream
			.generate(() -> RawStream.open(application.port(), 0, true, "GET /joined HTTP/1.1"))
			.limit(AT_ONCE_OVER_TLS)
			.toList();
		awaitSockets(application, AT_ONCE_OVER_TLS);
		application.broadcaster().send(SseAudience.topic("topic"), "tick", "");
		streams.forEach((stream) -> stream.readTo("event: tick\n"));
		IntStream.range(0, AT_ONCE_OVER_TLS / 2).forEach((i) -> streams.get(2 * i).reset());
		application.broadcaster().close(SseAudience.everyone());
		for (int i = 1; i < AT_ONCE_OVER_TLS; i += 2) {
			assertThat(streams.get(i).readToEnd()).isEqualTo(RawStream.End.IN_ORDER);
			streams.get(i).close();
		}
		await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 0);
	}

	private static void awaitSockets(TestApplication application, int count) {
		SseConnections connections = application.bean(SseConnections.class);
		await().atMost(60, TimeUnit.SECONDS)
			.until(() -> connections.find(SseAudience.everyone())
				.stream()
				.filter((connection) -> connection.transport() == SseConnection.Transport.SOCKET)
				.count() == count);
	}

	/**
	 * Waits until all connections are given back, and looks at what is left.
	 * @param idle how many there are when no client is
	 */
	private static Rest rest(TestApplication application, int idle) throws IOException {
		await().atMost(60, TimeUnit.SECONDS)
			.until(() -> application.broadcaster().connectedCount() == 0
					&& SocketStreamTests.connections(application) <= idle);
		try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
			return new Rest(Stress.heap(), files.count(), SocketStreamTests.connections(application));
		}
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, Live.class,
				Stream.concat(Stream.of("sse.transport=auto", "sse.history.max-events=100"), Stream.of(properties))
					.toArray(String[]::new));
	}

	/**
	 * What is there when no stream is.
	 */
	private record Rest(long heap, long files, int connections) {
	}

	/**
	 * Hears an event.
	 */
	private static final class Visitor implements EventClient.Listener {

		private final boolean cuts;

		private volatile boolean hasHeard;

		private volatile boolean hasEnded;

		private volatile @Nullable String failure;

		Visitor(boolean cuts) {
			this.cuts = cuts;
		}

		@Override
		public void block(EventClient client, Block block) {
			if (block.isEvent()) {
				this.hasHeard = true;
				if (this.cuts) {
					client.cut();
				}
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			if (failure != null) {
				this.failure = failure.toString();
			}
			this.hasEnded = true;
		}

	}

	@RestController
	static class Live {

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
