package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.hearing.StartPosition;

/**
 * How a connection begins.
 *
 * @param start where it begins in the log
 * @param isCommitted whether the client has had the opening comment already
 * @param greeting what is sent first, {@code null} for nothing; it carries the position
 * @param loginEnd when its user's login ends, {@code null} if that is not known
 */
public record Opening(StartPosition start, boolean isCommitted, @Nullable SseEvent greeting,
		@Nullable Deadline loginEnd) {
}
