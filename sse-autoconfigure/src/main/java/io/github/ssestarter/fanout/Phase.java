package io.github.ssestarter.fanout;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * Where a stream is in its life. Called under the stream's lock, but for what says
 * otherwise.
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
	 */
	void send(byte[] frame);

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

	/**
	 * Ends the stream by force. Any thread, without the lock: never waits.
	 * @param position the position of the log at which it ends, if it can be written to
	 */
	void close(SseCloseReason reason, byte[] farewell, long position);

}
