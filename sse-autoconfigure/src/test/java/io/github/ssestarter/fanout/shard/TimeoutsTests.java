package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.shard.Frames.HeartbeatMode;
import io.github.ssestarter.history.EventHistory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Timeouts}. The clock overflows in all of them.
 */
class TimeoutsTests {

	private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

	private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(8);

	private static final Duration END_TIMEOUT = Duration.ofSeconds(3);

	private final EventHistory history = new EventHistory(new EventHistory.Limits(2, 1_000, Duration.ofMinutes(1)),
			() -> 0);

	private final Progress progress = new Progress(START);

	private Duration now = Duration.ZERO;

	private Turn turn = turn(null);

	private Timeouts<String> timeouts = timeouts(Duration.ofSeconds(20), null);

	@Test
	void aConnectionThatHasNothingToWaitForIsLookedAtOnceAnHour() {
		Timeouts<String> timeouts = timeouts(Duration.ZERO, null);
		assertThat(next(timeouts, false)).isEqualTo(Duration.ofHours(1));
		pass(Duration.ofDays(3));
		assertThat(timeouts.isHeartbeatDue(this.turn)).isFalse();
		assertThat(timeouts.isWriteOverdue(this.turn)).isFalse();
		assertThat(timeouts.takeOver(this.turn)).isNull();
		assertThat(next(timeouts, false)).isEqualTo(this.now.plusHours(1));
	}

	@Test
	void aHeartbeatIsDueAsLongAfterTheLastWriteAsItsInterval() {
		assertThat(next(this.timeouts, false)).isEqualTo(Duration.ofSeconds(20));
		pass(Duration.ofSeconds(20).minusNanos(1));
		assertThat(this.timeouts.isHeartbeatDue(this.turn)).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.timeouts.isHeartbeatDue(this.turn)).isTrue();
		this.progress.wrote(10, this.turn.now());
		assertThat(this.timeouts.isHeartbeatDue(this.turn)).isFalse();
		assertThat(next(this.timeouts, false)).isEqualTo(Duration.ofSeconds(40));
	}

	@Test
	void aConnectionThatIsBlockedGetsNoHeartbeatUntilItIsReadyAgain() {
		this.timeouts.setBlocked(true, this.turn);
		pass(Duration.ofSeconds(30));
		assertThat(this.timeouts.isHeartbeatDue(this.turn)).isFalse();
		this.timeouts.setBlocked(false, this.turn);
		assertThat(this.timeouts.isHeartbeatDue(this.turn)).isTrue();
	}

	@Test
	void aWriteIsOverdueAsLongAfterItWasBlockedAsTheTimeout() {
		pass(Duration.ofSeconds(2));
		this.timeouts.setBlocked(true, this.turn);
		assertThat(next(this.timeouts, false)).isEqualTo(this.now.plus(WRITE_TIMEOUT));
		pass(WRITE_TIMEOUT.minusNanos(1));
		this.timeouts.setBlocked(true, this.turn);
		assertThat(this.timeouts.isWriteOverdue(this.turn)).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.timeouts.isWriteOverdue(this.turn)).isTrue();
	}

	@Test
	void whoIsReadyAgainHasTheWholeTimeTheNextTimeItIsBlocked() {
		this.timeouts.setBlocked(true, this.turn);
		pass(WRITE_TIMEOUT.minusNanos(1));
		this.timeouts.setBlocked(false, this.turn);
		pass(Duration.ofSeconds(1));
		assertThat(this.timeouts.isWriteOverdue(this.turn)).isFalse();
		this.timeouts.setBlocked(true, this.turn);
		pass(WRITE_TIMEOUT.minusNanos(1));
		assertThat(this.timeouts.isWriteOverdue(this.turn)).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.timeouts.isWriteOverdue(this.turn)).isTrue();
	}

	@Test
	void theEndOfTheLoginIsToldOnce() {
		Timeouts<String> timeouts = timeouts(Duration.ZERO, deadline(Duration.ofSeconds(7), SseCloseReason.EXPIRED));
		assertThat(next(timeouts, false)).isEqualTo(Duration.ofSeconds(7));
		pass(Duration.ofSeconds(7).minusNanos(1));
		assertThat(timeouts.takeOver(this.turn)).isNull();
		pass(Duration.ofNanos(1));
		assertThat(timeouts.takeOver(this.turn)).isEqualTo(SseCloseReason.EXPIRED);
		assertThat(timeouts.takeOver(this.turn)).isNull();
		assertThat(next(timeouts, false)).isEqualTo(this.now.plusHours(1));
	}

	@Test
	void aLifetimeEndsUpToATenthEarlierForEachAtAnotherTime() {
		this.turn = turn(Duration.ofSeconds(100));
		long before = -1;
		for (int i = 0; i < 20; i++) {
			Duration end = next(timeouts(Duration.ZERO, null), false);
			assertThat(end).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
			assertThat(end.toNanos()).isNotEqualTo(before);
			before = end.toNanos();
		}
	}

	@Test
	void ofLoginAndLifetimeTheOneThatEndsFirstCounts() {
		this.turn = turn(Duration.ofSeconds(100));
		Timeouts<String> login = timeouts(Duration.ZERO, deadline(Duration.ofSeconds(50), SseCloseReason.EXPIRED));
		Timeouts<String> lifetime = timeouts(Duration.ZERO, deadline(Duration.ofSeconds(200), SseCloseReason.EXPIRED));
		pass(Duration.ofSeconds(50));
		assertThat(login.takeOver(this.turn)).isEqualTo(SseCloseReason.EXPIRED);
		assertThat(lifetime.takeOver(this.turn)).isNull();
		pass(Duration.ofSeconds(50));
		assertThat(lifetime.takeOver(this.turn)).isEqualTo(SseCloseReason.MAX_LIFETIME);
	}

	@Test
	void whoEndsHasTheEndTimeoutForItsLastBytesWhateverWasBefore() {
		Timeouts<String> timeouts = timeouts(Duration.ZERO, deadline(Duration.ofSeconds(1), SseCloseReason.EXPIRED));
		timeouts.ending(SseCloseReason.CLOSED, this.turn);
		assertThat(next(timeouts, false)).isEqualTo(END_TIMEOUT);
		pass(END_TIMEOUT.minusNanos(1));
		assertThat(timeouts.takeOver(this.turn)).isNull();
		pass(Duration.ofNanos(1));
		assertThat(timeouts.takeOver(this.turn)).isEqualTo(SseCloseReason.CLOSED);
	}

	@Test
	void whoIsReplacedWhileItEndsHasNoMoreTimeThanItHad() {
		this.timeouts.ending(SseCloseReason.CLOSED, this.turn);
		Duration left = Duration.ofMillis(100);
		pass(END_TIMEOUT.minus(left));
		this.timeouts.replaced(true, this.turn);
		assertThat(next(this.timeouts, false)).isEqualTo(this.now.plus(left));
		Timeouts<String> early = timeouts(Duration.ZERO, null);
		early.ending(SseCloseReason.CLOSED, this.turn);
		early.replaced(true, this.turn);
		assertThat(next(early, false)).isEqualTo(this.now.plusMillis(200));
	}

	@Test
	void whoWaitsForTheApplicationIsLookedAtEachSecond() {
		assertThat(next(this.timeouts, true)).isEqualTo(Duration.ofSeconds(1));
		pass(Duration.ofMillis(700));
		assertThat(next(this.timeouts, true)).isEqualTo(this.now.plusSeconds(1));
	}

	@Test
	void whatComesFirstIsLookedAtFirst() {
		Timeouts<String> timeouts = timeouts(Duration.ofSeconds(2),
				deadline(Duration.ofSeconds(4), SseCloseReason.EXPIRED));
		assertThat(next(timeouts, false)).isEqualTo(Duration.ofSeconds(2));
		timeouts.setBlocked(true, this.turn);
		assertThat(next(timeouts, false)).isEqualTo(Duration.ofSeconds(4));
		assertThat(timeouts.takeOver(this.turn)).isNull();
		timeouts.takeOver(this.turn);
		timeouts.ending(SseCloseReason.SLOW, this.turn);
		assertThat(next(timeouts, false)).isEqualTo(END_TIMEOUT);
	}

	private Timeouts<String> timeouts(Duration heartbeat, @Nullable Deadline loginEnd) {
		Timeouts<String> timeouts = new Timeouts<>("c1", heartbeat, this.progress);
		assertThat(timeouts.connection()).isEqualTo("c1");
		timeouts.begin(loginEnd, this.turn);
		return timeouts;
	}

	private static Deadline deadline(Duration after, SseCloseReason reason) {
		return new Deadline(START + after.toNanos(), reason);
	}

	private Turn turn(@Nullable Duration maxLifetime) {
		ShardSettings settings = new ShardSettings(1_000, WRITE_TIMEOUT, maxLifetime, ShardSettings.OnLag.LAG,
				END_TIMEOUT, ShardSettings.ComeBack.END);
		Frames frames = new Frames(new Frames.Names(null, "gap", "heartbeat", null), HeartbeatMode.COMMENT,
				InstantSource.system());
		Turn turn = new Turn(this.history, settings, frames, new Random(1), new Tally(new EngineListener() {
		}));
		turn.begin(this.history.tail(), START, false);
		return turn;
	}

	private void pass(Duration time) {
		this.now = this.now.plus(time);
		this.turn.begin(this.history.tail(), START + this.now.toNanos(), false);
	}

	private Duration next(Timeouts<String> timeouts, boolean isWaiting) {
		return Duration.ofNanos(timeouts.next(isWaiting, this.turn) - START);
	}

}
