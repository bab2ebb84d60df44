package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.hearing.StartPosition;

/**
 * How a connection begins.
 *
 * @param start where it begins in the log
 * @param isGreeted whether the client has been told its place in the log already
 * @param ownId the last id of the application's own that the client has, {@code null} for
 * none
 * @param loginEnd when its user's login ends, {@code null} if that is not known
 */
public record Opening(StartPosition start, boolean isGreeted, @Nullable String ownId, @Nullable Deadline loginEnd) {
}
