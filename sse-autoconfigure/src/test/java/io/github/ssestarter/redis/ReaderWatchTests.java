package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReaderWatch}.
 */
class ReaderWatchTests {

	private final AtomicLong now = new AtomicLong();

	private final ReaderWatch watch = new ReaderWatch(this.now::get);

	@Test
	void beforeItKnowsTheLogItIsAsLateAsItIsOld() {
		passes(Duration.ofSeconds(3));
		assertThat(this.watch.lag(null, false)).isEqualTo(Duration.ofSeconds(3));
		assertThat(this.watch.sinceCheck()).isNull();
	}

	@Test
	void whoHasReadAllIsNotLateHoweverQuietTheLogIs() {
		this.watch.checked(at(100));
		this.watch.caughtUp(at(100));
		passes(Duration.ofMinutes(5));
		assertThat(this.watch.lag(at(100), false)).isZero();
		assertThat(this.watch.sinceCheck()).isEqualTo(Duration.ofMinutes(5));
	}

	@Test
	void itIsAsLateAsWhatItHasReadIsOlderThanTheNewestEntry() {
		passes(Duration.ofMinutes(5));
		this.watch.checked(at(5_000));
		assertThat(this.watch.lag(at(3_000), false)).isEqualTo(Duration.ofSeconds(2));
		assertThat(this.watch.lag(at(5_000), false)).isZero();
	}

	@Test
	void theFirstEntryAfterAQuietHourMakesNobodyAnHourLate() {
		this.watch.caughtUp(at(0));
		passes(Duration.ofMillis(20));
		this.watch.checked(at(3_600_000));
		assertThat(this.watch.lag(at(0), false)).isEqualTo(Duration.ofMillis(20));
	}

	@Test
	void whileTheLogCannotBeReadItIsEverLater() {
		this.watch.caughtUp(at(100));
		passes(Duration.ofSeconds(7));
		assertThat(this.watch.lag(at(100), true)).isEqualTo(Duration.ofSeconds(7));
	}

	private void passes(Duration duration) {
		this.now.addAndGet(duration.toNanos());
	}

	private static LogId at(long millis) {
		return new LogId(millis, 0);
	}

}
