package io.github.ssestarter.fanout;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;

/**
 * Finds out where a stream begins in the log: at what its client presents, if that is
 * known; else at the window's start, if the application wants that; else where it began
 * to listen. Guarded by the stream's lock.
 */
final class StreamStart {

	private final EventHistory history;

	private final Subscriber subscriber;

	private final @Nullable String lastEventId;

	private @Nullable Cursor listensSince;

	private boolean isFromStart;

	private @Nullable StartPosition position;

	StreamStart(EventHistory history, Subscriber subscriber, @Nullable String lastEventId) {
		this.history = history;
		this.subscriber = subscriber;
		this.lastEventId = lastEventId;
	}

	/**
	 * The stream listens.
	 * @param tail from where on, if it did not listen before
	 */
	void listen(Cursor tail) {
		if (this.listensSince == null) {
			this.listensSince = tail;
		}
	}

	boolean isListening() {
		return this.listensSince != null;
	}

	/**
	 * A newcomer begins at the window's start.
	 */
	void fromStart() {
		this.isFromStart = true;
		this.position = null;
		this.subscriber.hearFromStart();
	}

	/**
	 * Whether the stream hears what was before its joins.
	 */
	boolean isResumed() {
		return this.isFromStart || this.lastEventId != null;
	}

	/**
	 * Where the stream begins. Settled at the first call.
	 */
	StartPosition position() {
		StartPosition position = this.position;
		if (position == null) {
			position = find((this.listensSince != null) ? this.listensSince : this.history.tail());
			this.position = position;
		}
		return position;
	}

	private StartPosition find(Cursor listensSince) {
		this.history.expire();
		String presented = this.lastEventId;
		if (presented == null) {
			return new StartPosition((this.isFromStart) ? this.history.beforeOldest() : listensSince, null, false);
		}
		Cursor found = this.history.find(presented, this.subscriber::isHeard);
		if (found != null) {
			return new StartPosition(found, null, true);
		}
		return (this.subscriber.isJoined()) ? new StartPosition(this.history.beforeOldest(), presented, true)
				: new StartPosition(listensSince, null, false);
	}

}
