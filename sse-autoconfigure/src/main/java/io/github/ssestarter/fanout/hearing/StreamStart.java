package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.PatternTree;

/**
 * Finds out where a stream begins in the log: at what its client presents, if that is
 * known; else at the window's start, if the application wants that; else where it began
 * to listen. Any thread; no lock is held while the application is asked whether an event
 * that the client presents is one that it may hear.
 */
public final class StreamStart {

	private final EventHistory history;

	private final Subscription subscription;

	private final @Nullable WireId presented;

	/** Written under this. */
	private volatile @Nullable Cursor listensSince;

	private volatile boolean isFromStart;

	private volatile @Nullable StartPosition settled;

	/**
	 * A stream begins.
	 * @param presented what its client presents, {@code null} for nothing
	 */
	public StreamStart(EventHistory history, Subscription subscription, @Nullable WireId presented) {
		this.history = history;
		this.subscription = subscription;
		this.presented = presented;
	}

	/**
	 * The stream listens.
	 * @param tail from where on, if it did not listen before
	 */
	public synchronized void listen(Cursor tail) {
		if (this.listensSince == null) {
			this.listensSince = tail;
		}
	}

	public boolean isListening() {
		return this.listensSince != null;
	}

	/**
	 * A newcomer begins at the window's start.
	 */
	public void fromStart() {
		this.isFromStart = true;
		this.settled = null;
		this.subscription.hearFromStart();
	}

	/**
	 * Whether the stream hears what was before its joins.
	 */
	public boolean isResumed() {
		return this.isFromStart || this.presented != null;
	}

	/**
	 * Settles where the stream begins, unless it is settled. Waits for the application:
	 * without any lock.
	 */
	public StartPosition settle() {
		StartPosition settled = this.settled;
		if (settled == null) {
			Cursor listensSince = this.listensSince;
			settled = find((listensSince != null) ? listensSince : this.history.tail());
			this.settled = settled;
		}
		return settled;
	}

	/**
	 * Where the stream begins, {@code null} if that is not settled.
	 */
	public @Nullable StartPosition settled() {
		return this.settled;
	}

	/**
	 * The place in the log that a client which is sent something now is to come back to,
	 * {@code null} if it has none: it presents none, and does not listen yet.
	 */
	public @Nullable EventId position() {
		StartPosition settled = this.settled;
		if (settled != null) {
			return settled.position();
		}
		return (this.presented != null) ? this.presented.position() : null;
	}

	private StartPosition find(Cursor listensSince) {
		this.history.expire();
		WireId presented = this.presented;
		if (presented == null) {
			return new StartPosition((this.isFromStart) ? this.history.beforeOldest() : listensSince, null, false);
		}
		Cursor found = find(presented);
		if (found != null) {
			return new StartPosition(found, null, true);
		}
		// A stream that only its method writes to has ids of its own, which are not ours
		// to know
		return (presented.position() != null || this.subscription.isJoined())
				? new StartPosition(this.history.beforeOldest(), presented, true)
				: new StartPosition(listensSince, null, false);
	}

	private @Nullable Cursor find(WireId presented) {
		EventId position = presented.position();
		if (position != null) {
			return this.history.find(position);
		}
		ListenerAt listener = new ListenerAt();
		PatternTree patterns = this.subscription.patternsOf(this.subscription.topics());
		return this.history.findOwn(presented.toString(),
				(entry) -> listener.isHeard(this.subscription, entry, patterns));
	}

}
