package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.shard.Connection;
import io.github.ssestarter.fanout.shard.End;
import io.github.ssestarter.history.EventHistory;

/**
 * The stream's controller method has returned: the shard writes, and nobody waits.
 */
final class DetachedPhase implements Phase {

	private final PhaseOwner owner;

	private final Connection connection;

	private final EventHistory history;

	DetachedPhase(PhaseOwner owner, Connection connection, EventHistory history) {
		this.owner = owner;
		this.connection = connection;
		this.history = history;
	}

	@Override
	public Connection connection() {
		return this.connection;
	}

	@Override
	public void open() {
		End end = this.owner.end();
		if (end != null) {
			throw EndedPhase.exception(end.reason());
		}
	}

	@Override
	public void send(byte[] frame, @Nullable String ownId) {
		open();
		if (!this.connection.send(frame, ownId, this.history.tail().position())) {
			End end = this.owner.decide(End.of(SseCloseReason.SLOW));
			this.connection.endDecided();
			throw EndedPhase.exception(end.reason());
		}
	}

	/**
	 * Sends a frame to this client alone, if at least half of the room for that is free.
	 * @return whether it is
	 */
	boolean sendIfRoom(Frame frame) {
		open();
		return this.connection.sendIfRoom(frame.bytes(), frame.ownId(), this.history.tail().position());
	}

	@Override
	public void noContent() {
		throw new IllegalStateException("noContent() on a stream whose method has returned: its response is committed");
	}

	@Override
	public void topicsChanged() {
		open();
		this.connection.topicsChanged();
	}

	@Override
	public void complete() {
		completeAs(SseCloseReason.COMPLETED);
	}

	/**
	 * Ends the stream after what was sent before.
	 */
	void completeAs(SseCloseReason reason) {
		this.owner.decide(End.afterAll(reason, this.history.tail().position()));
		this.connection.endDecided();
	}

}
