package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.hearing.Hearing;
import io.github.ssestarter.fanout.hearing.ListenerAt;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * Reads the history for one stream from its cursor on, filtered to its audience, and
 * tells whether the stream has lost anything. Owned by the connection's shard.
 */
final class LaggingReader {

	private final EventHistory history;

	private final Subscription subscription;

	private Cursor cursor;

	private boolean hasLostBefore;

	private boolean isWaiting;

	LaggingReader(EventHistory history, Subscription subscription, Cursor cursor) {
		this.history = history;
		this.subscription = subscription;
		this.cursor = cursor;
	}

	Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Whether an event of the stream was, or may have been, evicted before it was read.
	 * If not, the cursor is inside the window after this.
	 */
	boolean hasLost() {
		while (true) {
			Cursor beforeOldest = this.history.beforeOldest();
			if (this.cursor.position() >= beforeOldest.position()) {
				return false;
			}
			if (this.subscription.hasLost(this.cursor)) {
				return true;
			}
			if (beforeOldest == this.history.beforeOldest()) {
				this.cursor = beforeOldest;
			}
		}
	}

	/**
	 * Goes on after a loss: from the oldest event, or, if the stream did not catch up
	 * since the loss before this one, from the newest.
	 */
	Cursor skipLost(boolean toNewest) {
		this.cursor = (toNewest || this.hasLostBefore) ? this.history.tail() : this.history.beforeOldest();
		this.hasLostBefore = true;
		return this.cursor;
	}

	/**
	 * The next event of the stream, without taking it.
	 * @param upTo the last position to look at
	 * @param listener asks whether the stream hears an event
	 * @return the event; {@code null} if there is none, the cursor fell out of the
	 * window, or the reader {@linkplain #isWaiting() waits}
	 */
	@Nullable HistoryEntry peek(long upTo, ListenerAt listener) {
		this.isWaiting = false;
		while (this.cursor.position() < upTo) {
			HistoryEntry entry = this.history.get(this.cursor.position() + 1);
			if (entry == null) {
				return null;
			}
			Hearing hearing = listener.hearing(this.subscription, entry);
			if (hearing == Hearing.YES) {
				return entry;
			}
			if (hearing == Hearing.UNDECIDED) {
				this.isWaiting = true;
				return null;
			}
			this.cursor = entry.cursor();
		}
		return null;
	}

	/**
	 * Whether the next event can only be read once the application has decided whether
	 * the stream may hear it.
	 */
	boolean isWaiting() {
		return this.isWaiting;
	}

	void take(HistoryEntry entry) {
		this.cursor = entry.cursor();
	}

}
