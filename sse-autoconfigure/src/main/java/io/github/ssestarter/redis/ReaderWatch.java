package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How far a reader is behind the log, by what it has seen of it anyway. The times of
 * entries are by the clock of Redis, and a quiet log may be old: so the lag is never more
 * than the time since the reader had read all.
 */
final class ReaderWatch {

	private final LongSupplier nanoTime;

	/** Written by the reader's thread. */
	private volatile State state;

	ReaderWatch(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.state = new State(null, LogId.ZERO, nanoTime.getAsLong());
	}

	/**
	 * The log was looked at.
	 * @param tail the last entry of it
	 */
	void checked(LogId tail) {
		this.state = new State(this.nanoTime.getAsLong(), tail, this.state.caughtUpAt());
	}

	/**
	 * There was no more than what was read.
	 * @param place the last entry
	 */
	void caughtUp(LogId place) {
		this.state = new State(this.state.checkedAt(), place, this.nanoTime.getAsLong());
	}

	/**
	 * For how long the log has held something that was not read.
	 * @param place what was read last, {@code null} if nothing is known of the log yet
	 * @param isDown whether the log cannot be read now, so that it is not known what it
	 * holds
	 */
	Duration lag(@Nullable LogId place, boolean isDown) {
		State seen = this.state;
		long sinceCaughtUp = Math.max(0, this.nanoTime.getAsLong() - seen.caughtUpAt());
		if (isDown || place == null) {
			return Duration.ofNanos(sinceCaughtUp);
		}
		if (place.compareTo(seen.tail()) >= 0) {
			return Duration.ZERO;
		}
		Duration behind = Duration.ofMillis(Math.max(0, seen.tail().millis() - place.millis()));
		return (behind.toNanos() < sinceCaughtUp) ? behind : Duration.ofNanos(sinceCaughtUp);
	}

	@Nullable Duration sinceCheck() {
		Long checkedAt = this.state.checkedAt();
		return (checkedAt != null) ? Duration.ofNanos(Math.max(0, this.nanoTime.getAsLong() - checkedAt)) : null;
	}

	/**
	 * What was seen last.
	 *
	 * @param checkedAt when the log was looked at, {@code null} if it never was
	 * @param tail the last entry that is known of
	 * @param caughtUpAt when there was nothing that was not read
	 */
	private record State(@Nullable Long checkedAt, LogId tail, long caughtUpAt) {
	}

}
