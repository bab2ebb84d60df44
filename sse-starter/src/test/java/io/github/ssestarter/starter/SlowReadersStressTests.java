package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

	private static final int EVENTS_PER_SECOND = 20;

	/** Rounds with and without slow clients take turns, so that both meet the same. */
	private static final int ROUNDS = Stress.count(9, 7);

	/** Of a round. */
	private static final int SECONDS = 4;

	/** Until those that never read are stuck. */
	private static final int WARM_UP = 3;

	/**
	 * At most so much of what the machine itself adds is allowed for, in milliseconds.
	 */
	private static final double MAX_HICCUP = 3;

	/** What a slow reader takes in a tenth of a second: 1 KB/s, 3 KB/s in a short run. */
	private static final int PORTION = (CLIENTS == 1000) ? 100 : 300;

	private static final String PADDING = "x".repeat(500);

	@ParameterizedTest
	@EnumSource
	void slowReadersAreNotFeltByOthers(Container container) throws Exception {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.history.max-events=100",
				"sse.stream.send-buffer=8KB");
				EventClients clients = new EventClients();
				EventClients slowClients = new EventClients();
				Delays.Hiccups machine = new Delays.Hiccups()) {
			Run run = new Run(application, clients, slowClients);
			run.connectAll();
			executor.scheduleAtFixedRate(
					() -> application.broadcaster()
						.send(SseAudience.topic("feed"), SseEvent.of("n", Delays.data(PADDING))),
					0, 1000 / EVENTS_PER_SECOND, TimeUnit.MILLISECONDS);
			run.round(2 * WARM_UP);
			double[] without = new double[ROUNDS];
			double[] with = new double[ROUNDS];
			double[] hiccups = new double[ROUNDS];
			for (int i = 0; i < ROUNDS; i++) {
				run.cutSlow();
				run.round(WARM_UP);
				without[i] = run.round(SECONDS);
				run.connectSlow();
				run.round(WARM_UP);
				machine.reset();
				with[i] = run.round(SECONDS);
				hiccups[i] = machine.longest();
			}
			Stress.report(
					"Slow readers, %s: p99 of %d clients %.1f ms without, %.1f ms with them, hiccups %.1f ms,"
							+ " medians of %s, %s and %s",
					container, CLIENTS, median(without), median(with), median(hiccups), Arrays.toString(without),
					Arrays.toString(with), Arrays.toString(hiccups));
			run.expectGaps();
			assertThat(median(with)).isLessThan(1.2 * median(without) + Math.min(MAX_HICCUP, median(hiccups)));
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static double median(double[] values) {
		return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
	}

	private static final class Run implements EventClient.Listener {

		private final TestApplication application;

		private final EventClients clients;

		private final EventClients slowClients;

		private List<SlowReader> readers = List.of();

		private List<SlowReader> sleepers = List.of();

		/** The measurement of the moment. */
		private volatile Delays delays = new Delays();

		Run(TestApplication application, EventClients clients, EventClients slowClients) {
			this.application = application;
			this.clients = clients;
			this.slowClients = slowClients;
		}

		void connectAll() {
			for (int i = 0; i < CLIENTS; i++) {
				this.clients.connect(new EventClient.Request(this.application.port(), "/feed", "", 0), this);
			}
			awaitConnected(CLIENTS);
		}

		void connectSlow() {
			this.readers = Stream.generate(() -> SlowReader.reading(PORTION)).limit(SLOW).toList();
			this.sleepers = Stream.generate(SlowReader::sleeping).limit(SLOW).toList();
			Stream.concat(this.readers.stream(), this.sleepers.stream())
				.forEach((slow) -> this.slowClients
					.connect(new EventClient.Request(this.application.port(), "/feed", "", 4096), slow));
			awaitConnected(CLIENTS + 2 * SLOW);
		}

		void cutSlow() {
			this.slowClients
				.call(() -> Stream.concat(this.readers.stream(), this.sleepers.stream()).forEach(SlowReader::cut));
			awaitConnected(CLIENTS);
		}

		private void awaitConnected(int count) {
			await().atMost(60, TimeUnit.SECONDS).until(() -> this.application.broadcaster().connectedCount() == count);
		}

		/**
		 * The time within which 99 % of a round's deliveries arrived, in milliseconds.
		 */
		double round(int seconds) {
			Delays delays = new Delays();
			this.delays = delays;
			delays.measure(true);
			await().atMost(seconds + 60, TimeUnit.SECONDS).until(() -> {
				this.clients.check();
				assertThat(delays.failure()).isNull();
				return delays.count() >= (long) seconds * EVENTS_PER_SECOND * CLIENTS;
			});
			delays.measure(false);
			return delays.percentile(99);
		}

		/**
		 * Those that read at all live on, and know what they have lost.
		 */
		void expectGaps() {
			await().atMost(150, TimeUnit.SECONDS)
				.until(() -> this.readers.stream().allMatch((reader) -> reader.gaps() > 0));
			this.slowClients.check();
			assertThat(this.readers).allMatch((reader) -> reader.failure() == null);
			assertThat(this.application.broadcaster().connectedCount()).isGreaterThanOrEqualTo(CLIENTS + SLOW);
			assertThat(this.delays.failure()).isNull();
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

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
