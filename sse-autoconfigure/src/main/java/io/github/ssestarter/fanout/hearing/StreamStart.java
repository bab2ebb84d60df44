package io.github.ssestarter.fanout.hearing;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.PatternTree;

/**
 * Finds out where a stream begins in the log: at what its client presents, if that is
 * known; else where the application wants newcomers to begin; else where it began to
 * listen. Any thread; no lock is held while the application is asked whether an event
 * that the client presents is one that it may hear.
 */
public final class StreamStart {

	/** Another node may have been ahead of this one by so much. */
	private static final Duration MAX_AHEAD = Duration.ofSeconds(2);

	private final EventHistory history;

	private final Backplane backplane;

	private final Subscription subscription;

	private final @Nullable WireId presented;

	/** Written under this. */
	private volatile @Nullable Cursor listensSince;

	private volatile @Nullable Beginning beginning;

	private volatile @Nullable StartPosition settled;

	/** Whether it was settled by what the stream heard before. */
	private volatile boolean isOutdated;

	/**
	 * A stream begins.
	 * @param presented what its client presents, {@code null} for nothing
	 */
	public StreamStart(EventHistory history, Backplane backplane, Subscription subscription,
			@Nullable WireId presented) {
		this.history = history;
		this.backplane = backplane;
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
		// What has been joined now has a past as well
		if (this.beginning != null && this.beginning != Beginning.START) {
			this.isOutdated = true;
		}
	}

	public boolean isListening() {
		return this.listensSince != null;
	}

	/**
	 * A newcomer begins at the window's start.
	 */
	public void fromStart() {
		beginAt(Beginning.START);
	}

	/**
	 * A newcomer begins with the last events that it would have heard.
	 */
	public void fromLast(int events) {
		beginAt(Beginning.last(events));
	}

	/**
	 * A newcomer begins with the newest event of each topic, and of each key in it.
	 */
	public void latest() {
		beginAt(Beginning.LATEST);
	}

	private void beginAt(Beginning beginning) {
		this.beginning = beginning;
		this.isOutdated = true;
		this.subscription.hearFromStart();
	}

	/**
	 * Whether the stream hears what was before its joins.
	 */
	public boolean isResumed() {
		return this.beginning != null || this.presented != null;
	}

	/**
	 * Settles where the stream begins, unless it is settled. Waits for the application,
	 * and for a log that is behind what the client presents: without any lock.
	 */
	public StartPosition settle() {
		StartPosition settled = this.settled;
		if (settled == null || (this.isOutdated && this.presented == null)) {
			this.isOutdated = false;
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
			Beginning beginning = this.beginning;
			return (beginning != null) ? beginning.find(this.history, this.subscription, listensSince)
					: StartPosition.newcomer(listensSince, null);
		}
		Cursor found = find(presented);
		if (found != null) {
			return StartPosition.known(found);
		}
		// A stream that only its method writes to has ids of its own, which are not ours
		// to know
		return (presented.position() != null || this.subscription.isJoined())
				? StartPosition.unknown(presented, this.history.beforeOldest())
				: StartPosition.newcomer(listensSince, null);
	}

	private @Nullable Cursor find(WireId presented) {
		EventId position = presented.position();
		if (position != null) {
			Cursor found = this.history.find(position);
			return (found == null && this.backplane.awaitReceived(position, MAX_AHEAD)) ? this.history.find(position)
					: found;
		}
		ListenerAt listener = new ListenerAt();
		PatternTree patterns = this.subscription.patternsOf(this.subscription.topics());
		return this.history.findOwn(presented.toString(),
				(entry) -> listener.isHeard(this.subscription, entry, patterns));
	}

}
