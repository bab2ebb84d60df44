package io.github.ssestarter.benchmarks.run;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Cores}.
 */
class CoresTests {

	private static final List<String> COMMAND = List.of("java", "-version");

	@Test
	void theLoadClientHasTheLastOfFourCoresAlone() {
		Cores cores = Cores.parse("0-3");
		assertThat(cores.areShared()).isFalse();
		assertThat(cores.forLoadClient(COMMAND)).endsWith("-c", "3", "java", "-version");
		assertThat(cores.forServer(COMMAND)).endsWith("-c", "0,1,2", "java", "-version");
	}

	@Test
	void onlyCoresThatThisProcessMayUseAreGivenAway() {
		Cores cores = Cores.parse("2,5-7,9");
		assertThat(cores.forLoadClient(COMMAND)).endsWith("-c", "9", "java", "-version");
		assertThat(cores.forServer(COMMAND)).endsWith("-c", "2,5,6,7", "java", "-version");
	}

	@Test
	void fewCoresAreShared() {
		Cores cores = Cores.parse("0-2");
		assertThat(cores.areShared()).isTrue();
		assertThat(cores.forLoadClient(COMMAND)).isEqualTo(COMMAND);
		assertThat(cores.forServer(COMMAND)).isEqualTo(COMMAND);
	}

}
