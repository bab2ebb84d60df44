package io.github.ssestarter.fanout;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * The stream has ended, or ends after what it was sent.
 */
final class EndedPhase implements Phase {

	private final SseCloseReason reason;

	/** What still has bytes to send, {@code null} if there is nothing. */
	private final @Nullable Connection connection;

	EndedPhase(SseCloseReason reason, @Nullable Connection connection) {
		this.reason = reason;
		this.connection = connection;
	}

	SseCloseReason reason() {
		return this.reason;
	}

	@Override
	public @Nullable Connection connection() {
		return this.connection;
	}

	@Override
	public void open() {
		throw EndOfStream.exception(this.reason);
	}

	@Override
	public void send(byte[] frame) {
		open();
	}

	@Override
	public void noContent() {
		throw new IllegalStateException("noContent() on a stream that has ended: " + this.reason);
	}

	@Override
	public void topicsChanged() {
		open();
	}

	@Override
	public void complete() {
	}

	@Override
	public void close(SseCloseReason reason, byte[] farewell, long position) {
		if (this.connection != null) {
			this.connection.close(reason, farewell, position);
		}
	}

}
