package io.github.ssestarter.fanout;

import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.fanout.testsupport.ModelWorld;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random interleavings of everything that happens to an engine, checked against a simple
 * reference. {@code -Dsse.test.seed=…} runs one again.
 */
class EngineModelTests {

	private static final int STEPS = 4_000;

	private static final int SEEDS = 15;

	@Test
	void eachEventComesOnceAndInOrderOrIsToldAsAGap() {
		run(false);
	}

	@Test
	void itDoesSoForClientsThatIgnoreAnIdWithoutData() {
		run(true);
	}

	private static void run(boolean isIdWithoutDataIgnored) {
		int received = 0;
		int gaps = 0;
		for (long seed : seeds()) {
			ModelWorld world = new ModelWorld(seed, isIdWithoutDataIgnored);
			int step = 0;
			try {
				for (; step < STEPS; step++) {
					world.step();
				}
				world.settle();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Step " + step + ", run again with -Dsse.test.seed=" + seed, ex);
			}
			received += world.received();
			gaps += world.gaps();
		}
		assertThat(received).isGreaterThan(gaps);
		assertThat(gaps).isGreaterThan(received / 1000);
	}

	private static long[] seeds() {
		Long one = Long.getLong("sse.test.seed");
		if (one != null) {
			return new long[] { one };
		}
		long first = new Random().nextInt(1_000_000_000);
		System.out.println("Seeds " + first + " to " + (first + SEEDS - 1));
		return LongStream.range(first, first + SEEDS).toArray();
	}

}
