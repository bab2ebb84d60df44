package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.history.Cursor;

/**
 * Where a stream begins in the log.
 *
 * @param cursor all up to here it has, or does not want
 * @param unknown what the client presented, if nobody here knows it: it is told that it
 * may have lost events
 * @param isResumed whether this is what the client presented, or would be if it were
 * known
 * @param past what it hears of what was before it, {@code null} if it is no newcomer that
 * wants any of that
 */
public record StartPosition(Cursor cursor, @Nullable WireId unknown, boolean isResumed, @Nullable Past past) {

	/**
	 * The client has presented a place that is known.
	 */
	static StartPosition known(Cursor cursor) {
		return new StartPosition(cursor, null, true, null);
	}

	/**
	 * The client has presented a place that nobody here knows.
	 */
	static StartPosition unknown(WireId presented, Cursor cursor) {
		return new StartPosition(cursor, presented, true, null);
	}

	/**
	 * The client has presented no place.
	 */
	static StartPosition newcomer(Cursor cursor, @Nullable Past past) {
		return new StartPosition(cursor, null, false, past);
	}

	/**
	 * Where the client is to come back to until it has been told of what it lost: where
	 * it says that it is.
	 * @return the position, {@code null} if it has none
	 */
	public @Nullable EventId position() {
		return (this.unknown != null) ? this.unknown.position() : this.cursor.id();
	}

}
