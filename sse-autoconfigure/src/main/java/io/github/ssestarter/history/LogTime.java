package io.github.ssestarter.history;

/**
 * A moment of the log: the position of an event, or one of the moments between it and the
 * next, in which streams join and leave and are ordered to close. Moments are numbers
 * that rise.
 *
 * @since 0.1.0
 */
public final class LogTime {

	/** A moment that never comes: what is open then is open now. */
	public static final long NOW = Long.MAX_VALUE;

	/** Before every event. */
	public static final long BEGINNING = -1;

	/** Up to a million things can be told apart between two events. */
	private static final int BITS = 20;

	private static final long BETWEEN = (1L << BITS) - 1;

	private LogTime() {
	}

	/**
	 * The moment of an event.
	 * @param position its position
	 * @return the moment
	 */
	public static long ofPosition(long position) {
		return position << BITS;
	}

	static long after(long time) {
		return ((time & BETWEEN) == BETWEEN) ? time : time + 1;
	}

}
