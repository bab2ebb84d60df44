package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.shard.Connection;

/**
 * Where a stream is in its life. Calls of an attached phase are made under the stream's
 * lock; those of the others wait for nothing.
 */
interface Phase {

	/**
	 * What writes to the client without waiting, {@code null} for nothing. Any thread,
	 * without the lock.
	 */
	default @Nullable Connection connection() {
		return null;
	}

	/**
	 * Commits the response, if it is not.
	 */
	void open();

	/**
	 * Sends a frame to this client alone.
	 * @param ownId the id of the application's own that it is still to get, {@code null}
	 * for none
	 */
	void send(byte[] frame, @Nullable String ownId);

	/**
	 * Answers 204.
	 */
	void noContent();

	/**
	 * The stream has joined, or left, topics.
	 */
	void topicsChanged();

	/**
	 * Ends the stream after what was sent before.
	 */
	void complete();

}
