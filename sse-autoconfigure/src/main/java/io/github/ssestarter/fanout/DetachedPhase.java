package io.github.ssestarter.fanout;

import io.github.ssestarter.SseCloseReason;

/**
 * The stream's controller method has returned: the shard writes, and nobody waits.
 */
final class DetachedPhase implements Phase {

	private static final byte[] NONE = {};

	private final RegisteredStream stream;

	private final Connection connection;

	DetachedPhase(RegisteredStream stream, Connection connection) {
		this.stream = stream;
		this.connection = connection;
	}

	@Override
	public Connection connection() {
		return this.connection;
	}

	@Override
	public void open() {
	}

	@Override
	public void send(byte[] frame) {
		if (!this.connection.send(frame, false)) {
			this.connection.close(SseCloseReason.SLOW, NONE, Connection.AT_ONCE);
			this.stream.closing(SseCloseReason.SLOW, this.connection);
			throw EndOfStream.exception(SseCloseReason.SLOW);
		}
	}

	@Override
	public void noContent() {
		throw new IllegalStateException("noContent() on a stream whose method has returned: its response is committed");
	}

	@Override
	public void topicsChanged() {
		this.connection.topicsChanged();
	}

	@Override
	public void complete() {
		this.connection.send(NONE, true);
		this.stream.closing(SseCloseReason.COMPLETED, this.connection);
	}

	@Override
	public void close(SseCloseReason reason, byte[] farewell, long position) {
		this.connection.close(reason, farewell, position);
	}

}
