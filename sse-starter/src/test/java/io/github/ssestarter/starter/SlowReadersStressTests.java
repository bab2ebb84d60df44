package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
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
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.Delays;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.SlowReader;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

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
	private static final int ROUNDS = Stress.count(15, 9);

	/** So many rounds count: those in which the machine itself was the quietest. */
	private static final int QUIETEST = ROUNDS / 3;

	/** Of a round. */
	private static final int SECONDS = 2;

	/** Until those that never read are stuck. */
	private static final int WARM_UP = 2;

	/** Until nothing is felt of those that were cut. */
	private static final int COOL_DOWN = 1;

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
			Run run = new Run(application, clients, slowClients, machine);
			run.connectAll();
			executor.scheduleAtFixedRate(
					() -> application.broadcaster()
						.send(SseAudience.topic("feed"), SseEvent.of("n", Delays.data(PADDING))),
					0, 1000 / EVENTS_PER_SECOND, TimeUnit.MILLISECONDS);
			run.round(2 * WARM_UP);
			List<Round> without = new ArrayList<>();
			List<Round> with = new ArrayList<>();
			for (int i = 0; i < ROUNDS; i++) {
				run.cutSlow();
				run.round(COOL_DOWN);
				without.add(run.round(SECONDS));
				run.connectSlow();
				run.round(WARM_UP);
				with.add(run.round(SECONDS));
			}
			Round usual = Round.quiet(without);
			Round slow = Round.quiet(with);
			Stress.report("Slow readers, %s: p99 of %d clients %s without, %s with them", container, CLIENTS, usual,
					slow);
			run.expectGaps();
			assertThat(slow.p99()).isLessThan(1.2 * usual.p99() + Math.min(MAX_HICCUP, slow.hiccup()));
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * What was measured in a round, in milliseconds.
	 *
	 * @param p99 the time within which 99 % of the deliveries arrived
	 * @param hiccup how long the machine itself made a thread wait
	 */
	private record Round(double p99, double hiccup) {

		/**
		 * The medians of the quietest rounds: which those are does not depend on what is
		 * measured.
		 */
		static Round quiet(List<Round> rounds) {
			List<Round> quietest = rounds.stream()
				.sorted(Comparator.comparingDouble(Round::hiccup))
				.limit(QUIETEST)
				.toList();
			return new Round(median(quietest, Round::p99), median(quietest, Round::hiccup));
		}

		private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
			return rounds.stream().mapToDouble(figure).sorted().skip(rounds.size() / 2).findFirst().orElseThrow();
		}

		@Override
		public String toString() {
			return String.format("%.1f ms (machine %.1f ms)", this.p99, this.hiccup);
		}

	}

	private static final class Run implements EventClient.Listener {

		private final TestApplication application;

		private final EventClients clients;

		private final EventClients slowClients;

		private final Delays.Hiccups machine;

		private List<SlowReader> readers = List.of();

		private List<SlowReader> sleepers = List.of();

		/** The measurement of the moment. */
		private volatile Delays delays = new Delays();

		Run(TestApplication application, EventClients clients, EventClients slowClients, Delays.Hiccups machine) {
			this.application = application;
			this.clients = clients;
			this.slowClients = slowClients;
			this.machine = machine;
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

		Round round(int seconds) {
			Delays delays = new Delays();
			this.machine.reset();
			this.delays = delays;
			delays.measure(true);
			await().atMost(seconds + 60, TimeUnit.SECONDS).until(() -> {
				this.clients.check();
				assertThat(delays.failure()).isNull();
				return delays.count() >= (long) seconds * EVENTS_PER_SECOND * CLIENTS;
			});
			delays.measure(false);
			return new Round(delays.percentile(99), this.machine.longest());
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
