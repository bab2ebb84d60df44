package io.github.ssestarter.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
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
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A thousand clients, of which ten never read and ten read a kilobyte in a second: the
 * others do not feel them, and the slow ones live on and are told what they lose.
 */
@Tag("stress")
class SlowReadersStressTests {

	private static final int CLIENTS = Stress.count(1000, 100);

	private static final int SLOW = 10;

	/** Short, and the best of many: a slow client that is felt is felt in each. */
	private static final int SECONDS = 2;

	private static final int EVENTS_PER_SECOND = 20;

	/** The buffer of a socket: a slow reader has to be seen to read. */
	private static final int SEND_BUFFER = 8192;

	private static final int ROUNDS = Stress.count(10, 5);

	/** In milliseconds. */
	private static final int NOISE = 50;

	/** What a slow reader takes in a tenth of a second: 1 KB/s, 3 KB/s in a short run. */
	private static final int PORTION = (CLIENTS == 1000) ? 100 : 300;

	private static final String PADDING = "x".repeat(500);

	@ParameterizedTest
	@EnumSource
	void slowReadersAreNotFeltByOthers(Container container) throws Exception {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.history.max-events=100");
				EventClients clients = new EventClients();
				EventClients slowClients = new EventClients()) {
			Delays warmUp = new Delays();
			Measured measured = new Measured(warmUp);
			for (int i = 0; i < CLIENTS; i++) {
				clients.connect(new EventClient.Request(application.port(), "/feed", "", 0), measured);
			}
			awaitConnected(application, CLIENTS);
			executor.scheduleAtFixedRate(
					() -> application.broadcaster()
						.send(SseAudience.topic("feed"), SseEvent.of("n", Delays.data(PADDING))),
					0, 1000 / EVENTS_PER_SECOND, TimeUnit.MILLISECONDS);
			awaitDeliveries(warmUp, clients);
			double without = Double.MAX_VALUE;
			double with = Double.MAX_VALUE;
			for (int i = 0; i < ROUNDS; i++) {
				without = Math.min(without, percentile(measured, clients));
			}
			List<Slow> readers = Stream.generate(() -> new Slow(PORTION, Duration.ofMillis(100))).limit(SLOW).toList();
			List<Slow> sleepers = Stream.generate(() -> new Slow(1, Duration.ZERO)).limit(SLOW).toList();
			Stream.concat(readers.stream(), sleepers.stream())
				.forEach((slow) -> slowClients.connect(new EventClient.Request(application.port(), "/feed", "", 4096),
						slow));
			awaitConnected(application, CLIENTS + 2 * SLOW);
			for (int i = 0; i < ROUNDS; i++) {
				with = Math.min(with, percentile(measured, clients));
			}
			await().atMost(150, TimeUnit.SECONDS).until(() -> readers.stream().allMatch((slow) -> slow.gaps > 0));
			slowClients.check();
			assertThat(readers).allMatch((slow) -> slow.failure == null);
			int gaps = readers.stream().mapToInt((slow) -> slow.gaps).sum();
			// All but those that do not read at all
			assertThat(application.broadcaster().connectedCount()).isGreaterThanOrEqualTo(CLIENTS + SLOW);
			Stress.report("Slow readers, %s: p99 of %d clients %.1f ms without, %.1f ms with them, the best of %d;"
					+ " %d readers were told %d gaps", container, CLIENTS, without, with, ROUNDS, SLOW, gaps);
			assertThat(measured.delays.failure()).isNull();
			// What other programs on the machine add; who waits for a slow client waits
			// longer
			assertThat(with).isLessThan(1.2 * without + NOISE);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static double percentile(Measured measured, EventClients clients) {
		Delays delays = new Delays();
		measured.delays = delays;
		awaitDeliveries(delays, clients);
		return delays.percentile(99);
	}

	private static void awaitDeliveries(Delays delays, EventClients clients) {
		delays.measure(true);
		await().atMost(SECONDS + 60, TimeUnit.SECONDS).until(() -> {
			clients.check();
			assertThat(delays.failure()).isNull();
			return delays.count() >= (long) SECONDS * EVENTS_PER_SECOND * CLIENTS;
		});
		delays.measure(false);
	}

	private static void awaitConnected(TestApplication application, int count) {
		await().atMost(60, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == count);
	}

	/**
	 * Hands all that comes to the measurement of the moment.
	 */
	private static final class Measured implements EventClient.Listener {

		private volatile Delays delays;

		Measured(Delays delays) {
			this.delays = delays;
		}

		@Override
		public void block(EventClient client, Block block) {
			this.delays.block(block);
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			this.delays.ended(client, failure);
		}

	}

	/**
	 * Reads slowly, or not at all.
	 */
	private static final class Slow implements EventClient.Listener {

		private final int bytes;

		private final Duration pause;

		private volatile int gaps;

		private volatile @Nullable String failure;

		Slow(int bytes, Duration pause) {
			this.bytes = bytes;
			this.pause = pause;
		}

		@Override
		public void opened(EventClient client) {
			client.pace(this.bytes, this.pause);
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if ("sse-gap".equals(block.name())) {
				this.gaps++;
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			this.failure = (failure != null) ? failure.toString() : this.failure;
		}

	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> smallTomcatBuffer() {
			return (factory) -> factory.addConnectorCustomizers(
					(connector) -> connector.setProperty("socket.txBufSize", Integer.toString(SEND_BUFFER)));
		}

		@Bean
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> smallJettyBuffer() {
			return (factory) -> factory.addServerCustomizers((server) -> Stream.of(server.getConnectors())
				.map(ServerConnector.class::cast)
				.forEach((connector) -> {
					connector.setAcceptedSendBufferSize(SEND_BUFFER);
					connector.getConnectionFactory(HttpConnectionFactory.class)
						.getHttpConfiguration()
						.setOutputBufferSize(SEND_BUFFER);
				}));
		}

	}

}
