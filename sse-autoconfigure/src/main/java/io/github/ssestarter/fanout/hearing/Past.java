package io.github.ssestarter.fanout.hearing;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.history.Evicted;

/**
 * What a newcomer hears of what was before it.
 *
 * @since 0.1.0
 */
public final class Past {

	private final long upTo;

	private final long evictions;

	/** Of the events that it hears, in order; {@code null} for all that are held. */
	private final long @Nullable [] positions;

	/**
	 * A past.
	 * @param upTo the position after which the present begins
	 * @param evictions how many events had been evicted and lost when the newcomer began
	 */
	Past(long upTo, long evictions, long @Nullable [] positions) {
		this.upTo = upTo;
		this.evictions = evictions;
		this.positions = positions;
	}

	/**
	 * Whether an event is past, and not to be heard.
	 * @param position the event's position
	 */
	public boolean skips(long position) {
		return this.positions != null && !isBefore(position) && Arrays.binarySearch(this.positions, position) < 0;
	}

	/**
	 * Whether all that is past lies before a position.
	 * @param position the position
	 */
	public boolean isBefore(long position) {
		return position > this.upTo;
	}

	/**
	 * Whether an event was gone before the newcomer began: it has not lost that.
	 */
	boolean isWithout(Evicted evicted) {
		return !isBefore(evicted.position()) && evicted.number() <= this.evictions;
	}

}
