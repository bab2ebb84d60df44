package io.github.ssestarter.starter;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.apache.coyote.http2.Http2Protocol;
import org.eclipse.jetty.http2.RateControl;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.NumberedEvents;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.Sequence;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HTTP/2 streams that are reset and opened anew at random during a broadcast.
 */
@Tag("stress")
class Http2ResetStressTests {

	private static final int CONNECTIONS = 10;

	/** The threads that neither come nor go. */
	private static final String LASTING = "sse-(clock|http2-writable|shard-.*|attached-.*)";

	private static final int STREAMS = Stress.count(50, 20);

	private static final Duration DURATION = Duration.ofSeconds(Stress.count(60, 5));

	@ParameterizedTest
	@EnumSource
	void survivingStreamsAreComplete(Container container) throws Exception {
		long seed = System.nanoTime();
		Stress.report("HTTP/2 resets, %s: seed %d", container, seed);
		List<Resetting> connections = new ArrayList<>();
		try (TestApplication application = TestApplication.start(container, Feed.class, "server.http2.enabled=true");
				NumberedEvents events = new NumberedEvents(application.broadcaster(), SseAudience.topic("feed"))
					.start(Duration.ofMillis(20))) {
			List<String> threads = engineThreads(LASTING);
			for (int i = 0; i < CONNECTIONS; i++) {
				connections.add(new Resetting(application.port(), new Random(seed + i), events));
			}
			List<CompletableFuture<Void>> runs = connections.stream().map(Resetting::run).toList();
			CompletableFuture.allOf(runs.toArray(CompletableFuture<?>[]::new))
				.handle((done, failure) -> failure)
				.get(DURATION.toSeconds() + 60, TimeUnit.SECONDS);
			assertThat(connections).allSatisfy((connection) -> assertThat(connection.fault).isNull());
			int next = events.published() + 10;
			awaitAll(connections, events, next);
			assertThat(events.stop()).isGreaterThanOrEqualTo(next);
			awaitAll(connections, events, events.published());
			assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads()).isNull();
			assertThat(engineThreads(LASTING)).isEqualTo(threads);
			assertThat(engineThreads("sse-callback-.*")).hasSizeLessThanOrEqualTo(8);
			assertThat(engineThreads("sse-question-.*")).isEmpty();
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> application.broadcaster().connectedCount() == CONNECTIONS * STREAMS);
			Stress.report("HTTP/2 resets, %s: %d resets", container,
					connections.stream().mapToInt((connection) -> connection.resets).sum());
			for (Resetting connection : connections) {
				connection.client.close();
			}
			await().atMost(30, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 0);
		}
	}

	private static void awaitAll(List<Resetting> connections, NumberedEvents events, int next) {
		await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
			for (Resetting connection : connections) {
				assertThat(connection.fault(events)).isNull();
				assertThat(connection.open.values()).allMatch((sequence) -> sequence.next() >= next);
			}
		});
	}

	private static List<String> engineThreads(String names) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.matches(names))
			.sorted()
			.toList();
	}

	/**
	 * A connection whose streams are reset at random.
	 */
	private static final class Resetting {

		private final RawHttp2Client client;

		private final Random random;

		private final NumberedEvents events;

		private final Map<Integer, Sequence> open = new ConcurrentHashMap<>();

		private volatile @Nullable String fault;

		private volatile int resets;

		Resetting(int port, Random random, NumberedEvents events) throws IOException {
			this.client = new RawHttp2Client(port, 64 * 1024);
			this.random = random;
			this.events = events;
			Thread reader = new Thread(this::read, "stress-http2-reader");
			reader.setDaemon(true);
			reader.start();
		}

		private void read() {
			try {
				while (true) {
					this.client.readFrame();
					for (int stream : this.client.takeEnded()) {
						if (this.open.containsKey(stream)) {
							this.fault = "The server has ended stream " + stream;
						}
					}
				}
			}
			catch (IOException | RuntimeException ex) {
				this.fault = "The connection broke: " + ex;
			}
		}

		CompletableFuture<Void> run() {
			CompletableFuture<Void> done = new CompletableFuture<>();
			Thread thread = new Thread(() -> {
				try {
					churn();
					done.complete(null);
				}
				catch (IOException | RuntimeException | Error ex) {
					done.completeExceptionally(ex);
				}
			}, "stress-http2-resets");
			thread.setDaemon(true);
			thread.start();
			return done;
		}

		private void churn() throws IOException {
			for (int i = 0; i < STREAMS; i++) {
				open();
			}
			long end = System.nanoTime() + DURATION.toNanos();
			while (System.nanoTime() - end < 0) {
				List<Integer> streams = List.copyOf(this.open.keySet());
				int count = (this.random.nextInt(20) == 0) ? STREAMS / 2 : 1 + this.random.nextInt(3);
				for (int i = 0; i < count; i++) {
					int stream = streams.get(this.random.nextInt(streams.size()));
					Sequence sequence = this.open.remove(stream);
					if (sequence != null) {
						this.client.reset(stream);
						this.resets++;
						check(sequence);
						open();
					}
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(this.random.nextInt(200)));
			}
		}

		private void check(Sequence sequence) {
			String fault = sequence.fault(this.events);
			if (fault != null) {
				this.fault = fault;
			}
		}

		private void open() throws IOException {
			Sequence sequence = new Sequence();
			this.open.put(this.client.get("/feed", sequence::block), sequence);
		}

		@Nullable String fault(NumberedEvents events) {
			return Stream
				.concat(Stream.ofNullable(this.fault), this.open.values().stream().map((open) -> open.fault(events)))
				.filter(Objects::nonNull)
				.findFirst()
				.orElse(null);
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		// Without the containers' defences against clients that reset too often

		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> withoutResetLimit() {
			return (factory) -> factory
				.addConnectorCustomizers((connector) -> Stream.of(connector.findUpgradeProtocols())
					.filter(Http2Protocol.class::isInstance)
					.map(Http2Protocol.class::cast)
					.forEach((protocol) -> protocol.setOverheadResetFactor(0)));
		}

		@Bean
		@SuppressWarnings("removal")
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> withoutRateControl() {
			return (factory) -> factory.addServerCustomizers((server) -> Stream.of(server.getConnectors())
				.map((connector) -> connector.getConnectionFactory(HTTP2CServerConnectionFactory.class))
				.forEach((http2) -> http2.setRateControlFactory(new RateControl.Factory() {
				})));
		}

	}

}
