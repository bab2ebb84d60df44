package io.github.ssestarter.redis;

import io.github.ssestarter.backplane.EventId;

/**
 * The id of an entry of a stream of Redis.
 *
 * @param millis milliseconds since the epoch, by the clock of Redis, never going back
 * @param counter the count within the millisecond
 */
record LogId(long millis, long counter) implements Comparable<LogId> {

	/** Before all entries. */
	static final LogId ZERO = new LogId(0, 0);

	/** As large as an {@link EventId} tells it. */
	private static final long MAX_COUNTER = 999_999_999_999_999_999L;

	static LogId parse(String text) {
		int dash = text.indexOf('-');
		return new LogId(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
	}

	/**
	 * The place just before this one.
	 */
	LogId before() {
		if (this.counter > 0) {
			return new LogId(this.millis, this.counter - 1);
		}
		return (this.millis > 0) ? new LogId(this.millis - 1, MAX_COUNTER) : ZERO;
	}

	EventId in(String generation) {
		return new EventId(this.millis, this.counter, generation);
	}

	@Override
	public int compareTo(LogId other) {
		int order = Long.compare(this.millis, other.millis);
		return (order != 0) ? order : Long.compare(this.counter, other.counter);
	}

	@Override
	public String toString() {
		return this.millis + "-" + this.counter;
	}

}
