package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.hearing.Hearing;
import io.github.ssestarter.fanout.hearing.Newest;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.hearing.TopicSpans;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;
import io.github.ssestarter.history.PatternTree;

/**
 * Reads the history for one stream from its cursor on, filtered to its audience, and
 * tells whether the stream has lost anything. Owned by the connection's shard.
 */
final class LaggingReader {

	private final EventHistory history;

	private final Subscription subscription;

	private final @Nullable Newest newest;

	private Cursor cursor;

	private boolean hasLostBefore;

	private boolean isWaiting;

	private boolean isPaused;

	/** What the stream had when its patterns were looked for. */
	private @Nullable TopicSpans topics;

	private @Nullable PatternTree patterns;

	/**
	 * A reader.
	 * @param newest which of the past events the stream hears, {@code null} for all
	 */
	LaggingReader(EventHistory history, Subscription subscription, Cursor cursor, @Nullable Newest newest) {
		this.history = history;
		this.subscription = subscription;
		this.cursor = cursor;
		this.newest = newest;
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
	 * @param turn tells whether the stream hears an event, and how many may be looked at
	 * @return the event; {@code null} if there is none, the cursor fell out of the
	 * window, or the reader is {@linkplain #isHeld() held}
	 */
	@Nullable HistoryEntry peek(long upTo, Turn turn) {
		this.isWaiting = false;
		this.isPaused = false;
		findPatterns();
		while (this.cursor.position() < upTo) {
			if (!turn.mayReadPast()) {
				this.isPaused = true;
				return null;
			}
			HistoryEntry entry = this.history.get(this.cursor.position() + 1);
			if (entry == null) {
				return null;
			}
			turn.spendPast(1);
			Hearing hearing = (isSkipped(entry, upTo)) ? Hearing.NO
					: turn.listener().hearing(this.subscription, entry, this.patterns);
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

	private boolean isSkipped(HistoryEntry entry, long upTo) {
		return entry.isSupersededBy(upTo) || (this.newest != null && this.newest.skips(entry.position()));
	}

	private void findPatterns() {
		TopicSpans topics = this.subscription.topics();
		if (topics != this.topics) {
			this.topics = topics;
			this.patterns = this.subscription.patternsOf(topics);
		}
	}

	/**
	 * Whether it is not known what comes next, until the application has decided, or the
	 * next turn looks on.
	 */
	boolean isHeld() {
		return this.isWaiting || this.isPaused;
	}

	/**
	 * Whether this turn has looked at as much of the past as it may, and the next one
	 * goes on.
	 */
	boolean isPaused() {
		return this.isPaused;
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
