package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.Evicted;

/**
 * Which evicted events a reader has lost.
 *
 * @param cursor all up to here it has, or does not want
 * @param past what it hears of what was before it, {@code null} if it is no newcomer
 * @param told how many had been evicted when it was told of a loss
 */
public record Losses(Cursor cursor, @Nullable Past past, long told) {

	boolean include(Evicted evicted) {
		return isAfter(evicted.cursor().id(), this.cursor.id()) && evicted.number() > this.told
				&& (this.past == null || !this.past.isWithout(evicted));
	}

	/**
	 * Of another log it is not known what was before it.
	 */
	private static boolean isAfter(EventId id, EventId other) {
		return id.compareTo(other) > 0 || !id.generation().equals(other.generation());
	}

}
