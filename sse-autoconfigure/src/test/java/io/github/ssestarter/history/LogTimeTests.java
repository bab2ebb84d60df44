package io.github.ssestarter.history;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogTime}.
 */
class LogTimeTests {

	private static final int MILLION = 1_000_000;

	private final EventHistory history = new EventHistory(new EventHistory.Limits(4, 1_000_000, Duration.ofMinutes(10)),
			() -> 0);

	private EventId last = new EventId(1000, 0, "aaaaaa");

	@BeforeEach
	void start() {
		this.history.begin(this.last);
	}

	@Test
	void aMomentAfterAnEventIsBeforeTheNextOne() {
		for (long position : new long[] { 0, 1, 2, 1_000_000_000, Long.MAX_VALUE >> 21 }) {
			long time = LogTime.ofPosition(position);
			assertThat(time).isGreaterThan(LogTime.BEGINNING).isLessThan(LogTime.NOW);
			assertThat(LogTime.after(time)).isGreaterThan(time).isLessThan(LogTime.ofPosition(position + 1));
		}
	}

	@Test
	void eachOfAMillionOrdersBetweenTwoEventsHasAMomentOfItsOwn() {
		append();
		long before = this.history.now();
		for (int i = 0; i < MILLION; i++) {
			long time = happens();
			assertThat(time > before && time == this.history.now()).isTrue();
			before = time;
		}
		append();
		assertThat(this.history.now()).isEqualTo(LogTime.ofPosition(2)).isGreaterThan(before);
		assertThat(happens()).isGreaterThan(LogTime.ofPosition(2));
	}

	@Test
	void moreOrdersThanThatStayBeforeTheNextEvent() {
		append();
		for (int i = 0; i < 2 * MILLION; i++) {
			happens();
		}
		assertThat(this.history.now()).isGreaterThan(LogTime.ofPosition(1)).isLessThan(LogTime.ofPosition(2));
		assertThat(this.history.tail().position()).isOne();
		append();
		assertThat(this.history.now()).isEqualTo(LogTime.ofPosition(2));
	}

	@Test
	void aNewLogBeginsAfterAllThatHappenedInTheOneBefore() {
		append();
		long before = happens();
		this.history.begin(new EventId(1, 0, "bbbbbb"));
		assertThat(this.history.now()).isGreaterThan(before);
	}

	private long happens() {
		return this.history.happens(next());
	}

	private void append() {
		this.history.append(next(), new Message.Event(SseAudience.everyone(), new byte[0], null));
	}

	private EventId next() {
		this.last = this.last.next(1000);
		return this.last;
	}

}
