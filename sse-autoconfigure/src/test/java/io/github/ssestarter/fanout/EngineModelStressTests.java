package io.github.ssestarter.fanout;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The worlds of {@link EngineModelTests}, for longer: 100,000 steps on each number of
 * nodes.
 */
@Tag("stress")
class EngineModelStressTests {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int SEEDS = 5;

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 5 })
	void eachEventComesOnceAndInOrderOrIsToldAsAGap(int nodes) {
		int steps = (int) (20_000 * Math.max(SCALE, 0.1));
		EngineModelTests.run(nodes, false, SEEDS, steps);
	}

}
