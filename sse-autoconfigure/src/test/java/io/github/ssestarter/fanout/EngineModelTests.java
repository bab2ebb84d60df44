package io.github.ssestarter.fanout;

import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.fanout.testsupport.ModelWorld;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random interleavings of everything that happens to one engine, or to some that share a
 * log, checked against a simple reference. {@code -Dsse.test.seed=…} runs one again.
 */
class EngineModelTests {

	private static final int STEPS = 4_000;

	private static final int SEEDS = 15;

	@Test
	void eachEventComesOnceAndInOrderOrIsToldAsAGap() {
		run(1, false, SEEDS, STEPS);
	}

	@Test
	void itDoesSoForClientsThatIgnoreAnIdWithoutData() {
		run(1, true, SEEDS, STEPS);
	}

	@Test
	void itDoesSoForClientsThatComeAndGoBetweenNodes() {
		run(2, false, SEEDS / 2, STEPS);
		run(3, true, SEEDS / 2, STEPS);
	}

	/**
	 * Runs some worlds.
	 * @param nodes how many nodes there are
	 */
	static void run(int nodes, boolean isIdWithoutDataIgnored, int seeds, int steps) {
		int received = 0;
		int gaps = 0;
		for (long seed : seeds(seeds)) {
			ModelWorld world = new ModelWorld(seed, isIdWithoutDataIgnored, nodes);
			int step = 0;
			try {
				for (; step < steps; step++) {
					world.step();
				}
				world.settle();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError(
						"Step " + step + " of " + nodes + " nodes, run again with -Dsse.test.seed=" + seed, ex);
			}
			received += world.received();
			gaps += world.gaps();
		}
		assertThat(received).isGreaterThan(gaps);
		assertThat(gaps).isGreaterThan(received / 1000);
	}

	private static long[] seeds(int count) {
		Long one = Long.getLong("sse.test.seed");
		if (one != null) {
			return new long[] { one };
		}
		long first = new Random().nextInt(1_000_000_000);
		System.out.println("Seeds " + first + " to " + (first + count - 1));
		return LongStream.range(first, first + count).toArray();
	}

}
