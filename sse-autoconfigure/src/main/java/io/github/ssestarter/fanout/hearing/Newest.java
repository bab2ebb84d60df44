package io.github.ssestarter.fanout.hearing;

import java.util.Arrays;

/**
 * Which of the past events a newcomer hears that wants the newest of each topic only.
 *
 * @since 0.1.0
 */
public final class Newest {

	/** Of the events that it hears, in order. */
	private final long[] positions;

	private final long upTo;

	Newest(long[] positions, long upTo) {
		this.positions = positions;
		this.upTo = upTo;
	}

	/**
	 * Whether an event is past, and not one of the newest.
	 * @param position the event's position
	 */
	public boolean skips(long position) {
		return !isBefore(position) && Arrays.binarySearch(this.positions, position) < 0;
	}

	/**
	 * Whether all that is past lies before a position.
	 * @param position the position
	 */
	public boolean isBefore(long position) {
		return position > this.upTo;
	}

}
