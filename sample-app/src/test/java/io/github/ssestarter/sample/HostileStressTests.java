package io.github.ssestarter.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.sample.testsupport.Attack;
import io.github.ssestarter.sample.testsupport.Container;
import io.github.ssestarter.sample.testsupport.HostileKind;
import io.github.ssestarter.sample.testsupport.LogFaults;
import io.github.ssestarter.sample.testsupport.Loot;
import io.github.ssestarter.sample.testsupport.RunningSample;
import io.github.ssestarter.sample.testsupport.SlowClients;
import io.github.ssestarter.sample.testsupport.Stress;
import io.github.ssestarter.sample.testsupport.Tally;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, as it is run, and clients that mean it harm. No answer is a server's error
 * but a 503 that says when to come again, no stack trace is logged, and nothing is left
 * of them.
 */
@Tag("stress")
class HostileStressTests {

	private static final int REQUESTS = Stress.count(200_000, 10_000);

	/** With what containers and libraries get and keep for as many clients. */
	private static final int WARM_UP = Math.max(REQUESTS / 10, 5_000);

	private static final int CLIENTS = 48;

	private static final long MAX_GROWTH = 2L * 1024 * 1024;

	@ParameterizedTest
	@EnumSource
	void nothingIsAnsweredWrongAndNothingIsLeft(Container container) throws Exception {
		long seed = Long.getLong("stress.seed", System.nanoTime());
		Stress.report("Hostile requests, %s: seed %d", container, seed);
		try (RunningSample sample = RunningSample.start(container, "--logging.level.root=WARN",
				"--logging.threshold.console=ERROR"); LogFaults log = new LogFaults()) {
			attack(sample, seed, WARM_UP, new Tally());
			RunningSample.Rest before = sample.rest();
			Tally tally = new Tally();
			long start = System.nanoTime();
			attack(sample, seed + WARM_UP, REQUESTS, tally);
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			tally.report(container.name());
			RunningSample.Rest after = sample.rest();
			Stress.report("Hostile requests, %s: %d in %d s, before %s, after %s", container, tally.requests(),
					duration.toSeconds(), before, after);
			assertThat(tally.faults()).isEmpty();
			assertThat(log.all()).isEmpty();
			assertThat(after.threads()).isEqualTo(before.threads());
			assertThat(after.heap() - before.heap()).isLessThan(MAX_GROWTH);
			sample.serve();
		}
	}

	private static void attack(RunningSample sample, long seed, int requests, Tally tally) throws Exception {
		Loot loot = new Loot();
		AtomicLong next = new AtomicLong(seed);
		ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
		List<CompletableFuture<Void>> clients = new ArrayList<>();
		try (SlowClients slow = new SlowClients(
				new Attack(sample.port(), HostileKind.SLOW, seed, new Random(seed), loot, tally))) {
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(CompletableFuture.runAsync(() -> {
					while (tally.requests() < requests) {
						attack(sample.port(), next.getAndIncrement(), loot, tally);
					}
				}, executor));
			}
			CompletableFuture.allOf(clients.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.MINUTES);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void attack(int port, long seed, Loot loot, Tally tally) {
		Random random = new Random(seed);
		HostileKind kind = HostileKind.any(random);
		try {
			kind.act(new Attack(port, kind, seed, random, loot, tally));
		}
		catch (IOException ex) {
			// The server has had enough of this one
		}
	}

}
