package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.history.Cursor;

/**
 * Where a stream begins in the log.
 *
 * @param cursor all up to here it has, or does not want
 * @param unknownId what the client presented, if nobody here knows it: it is told that it
 * may have lost events
 * @param isResumed whether this is what the client presented, or would be if it were
 * known
 */
public record StartPosition(Cursor cursor, @Nullable String unknownId, boolean isResumed) {
}
