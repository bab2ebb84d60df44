package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogCheck}.
 */
class LogCheckTests {

	private static final LogId PLACE = new LogId(50, 2);

	private static final LogId EARLIER = new LogId(50, 1);

	private static final LogId LATER = new LogId(50, 3);

	private static final LogEntry OURS = LogEntry.message(PLACE, new LogEntry.Origin("p", 7), new byte[0]);

	private static final LogEntry ANOTHER = LogEntry.message(PLACE, new LogEntry.Origin("p", 8), new byte[0]);

	@Test
	void theEntryIsWhereItWas() {
		assertThat(check(state(LATER, EARLIER), OURS)).isEqualTo(LogCheck.SAME);
		assertThat(check(state(PLACE, PLACE), OURS)).isEqualTo(LogCheck.SAME);
	}

	@Test
	void anotherEntryHasItsId() {
		assertThat(check(state(LATER, EARLIER), ANOTHER)).isEqualTo(LogCheck.TAIL_LOST);
	}

	@Test
	void theEntryIsMissingBetweenOthers() {
		assertThat(check(state(LATER, EARLIER), null)).isEqualTo(LogCheck.TAIL_LOST);
	}

	@Test
	void theLogEndsBeforeThePlace() {
		assertThat(check(state(EARLIER, EARLIER), null)).isEqualTo(LogCheck.TAIL_LOST);
	}

	@Test
	void theLogBeginsBehindThePlace() {
		assertThat(check(state(LATER, LATER), null)).isEqualTo(LogCheck.TRIMMED);
	}

	@Test
	void allWasTrimmedAndNothingCameSince() {
		assertThat(check(state(PLACE, null), null)).isEqualTo(LogCheck.SAME);
	}

	@Test
	void allWasTrimmedWithWhatHadNotBeenRead() {
		assertThat(check(state(LATER, null), null)).isEqualTo(LogCheck.TRIMMED);
	}

	@Test
	void thereIsAnotherLogOrNone() {
		assertThat(check(new LogState("bbbbbb", LATER, EARLIER), OURS)).isEqualTo(LogCheck.NEW_LOG);
		assertThat(check(LogState.NONE, null)).isEqualTo(LogCheck.NO_LOG);
	}

	@Test
	void whatWasNotKnownIsNotMissed() {
		assertThat(LogCheck.of("aaaaaa", PLACE, null, state(LATER, LATER), null)).isEqualTo(LogCheck.SAME);
		assertThat(LogCheck.of("aaaaaa", PLACE, null, state(EARLIER, EARLIER), null)).isEqualTo(LogCheck.TAIL_LOST);
	}

	private static LogCheck check(LogState state, @Nullable LogEntry found) {
		return LogCheck.of("aaaaaa", PLACE, OURS.identity(), state, found);
	}

	private static LogState state(LogId last, @Nullable LogId first) {
		return new LogState("aaaaaa", last, first);
	}

}
