package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client that does no harm, of an application with {@link Live}. How long its events
 * take is measured in rounds, without and with somebody who hurts others, in turns, so
 * that both meet the same machine. The best round of each counts: who is hurt is hurt in
 * every round, and what else the machine does comes and goes.
 */
public final class HealthyClient implements AutoCloseable, EventClient.Listener {

	private static final int EVENTS_PER_SECOND = 100;

	private static final int ROUNDS = Stress.count(12, 2);

	/** Of a round. */
	private static final int SECONDS = 2;

	/** Through which an event goes, each of which the machine may keep waiting. */
	private static final int THREADS = 3;

	private final EventClients clients = new EventClients();

	private final Delays.Hiccups machine = new Delays.Hiccups();

	private final ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();

	/** The measurement of the moment. */
	private volatile Delays delays = new Delays();

	public HealthyClient(TestApplication application) {
		this.clients.connect(new EventClient.Request(application.port(), "/healthy", "", 0), this);
		this.publisher.scheduleAtFixedRate(
				() -> application.broadcaster()
					.send(SseAudience.topic("healthy"), SseEvent.of("n", Delays.data("healthy"))),
				0, 1000 / EVENTS_PER_SECOND, TimeUnit.MILLISECONDS);
		round();
	}

	/**
	 * Measures without and with an attack.
	 * @param name of the attack
	 * @param attack begins it; what it gives ends it
	 */
	public Comparison beside(String name, Container container, Attack attack) throws Exception {
		List<Round> without = new ArrayList<>();
		List<Round> with = new ArrayList<>();
		for (int i = 0; i < ROUNDS; i++) {
			without.add(round());
			try (AutoCloseable begun = attack.begin()) {
				round();
				with.add(round());
			}
		}
		Comparison comparison = new Comparison(Round.best(without), Round.best(with));
		Stress.report("%s, %s: a healthy client alone %s, beside it %s", name, container, comparison.alone(),
				comparison.beside());
		return comparison;
	}

	private Round round() {
		Delays delays = new Delays();
		this.machine.reset();
		this.delays = delays;
		delays.measure(true);
		await().atMost(SECONDS + 60, TimeUnit.SECONDS).until(() -> {
			this.clients.check();
			assertThat(delays.failure()).isNull();
			return delays.count() >= (long) SECONDS * EVENTS_PER_SECOND;
		});
		delays.measure(false);
		return new Round(delays.percentile(95), delays.percentile(99), this.machine.percentile(95),
				this.machine.percentile(99));
	}

	@Override
	public void block(EventClient client, Block block) {
		this.delays.block(block);
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		this.delays.failed("It ended: " + failure);
	}

	@Override
	public void close() {
		this.publisher.shutdownNow();
		this.machine.close();
		this.clients.close();
	}

	/**
	 * Hurts others, or tries to.
	 */
	public interface Attack {

		/**
		 * Begins.
		 * @return ends it
		 */
		AutoCloseable begin() throws Exception;

	}

	/**
	 * How long events take alone and beside an attack.
	 *
	 * @param alone without it
	 * @param beside with it
	 */
	public record Comparison(Round alone, Round beside) {

		/**
		 * Fails if the attack is felt.
		 * @param millis how much later 95 of 100 events may come
		 */
		public void assertUnhurt(double millis) {
			assertThat(this.beside.p95).isLessThanOrEqualTo(this.alone.p95 + millis + THREADS * this.beside.machine95);
			assertThat(this.beside.p99)
				.isLessThanOrEqualTo(this.alone.p99 + 2 * millis + THREADS * this.beside.machine99);
		}

	}

	/**
	 * What was measured in a round, in milliseconds.
	 *
	 * @param p95 the time within which 95 % of the events arrived
	 * @param p99 the time within which 99 % of the events arrived
	 * @param machine95 how long the machine itself made a thread wait, 95 % of the time
	 * @param machine99 the same, 99 % of the time
	 */
	public record Round(double p95, double p99, double machine95, double machine99) {

		static Round best(List<Round> rounds) {
			return new Round(least(rounds, Round::p95), least(rounds, Round::p99), least(rounds, Round::machine95),
					least(rounds, Round::machine99));
		}

		private static double least(List<Round> rounds, ToDoubleFunction<Round> figure) {
			return rounds.stream().mapToDouble(figure).min().orElseThrow();
		}

		@Override
		public String toString() {
			return String.format("p95 %.1f ms, p99 %.1f ms (machine %.1f ms, %.1f ms)", this.p95, this.p99,
					this.machine95, this.machine99);
		}

	}

	/**
	 * What the client hears.
	 */
	@RestController
	public static class Live {

		@GetMapping("/healthy")
		void healthy(SseStream stream) {
			stream.join("healthy");
		}

	}

}
