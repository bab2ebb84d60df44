package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.hearing.Hearing;
import io.github.ssestarter.fanout.hearing.Losses;
import io.github.ssestarter.fanout.hearing.Past;
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

	private final @Nullable Past past;

	private Cursor cursor;

	/** How many events were evicted when it was found that none is lost. */
	private long evictions = -1;

	/** How many had been when the stream was told of a loss. */
	private long told = -1;

	private boolean hasLostBefore;

	private boolean isWaiting;

	private boolean isPaused;

	/** What the stream had when its patterns were looked for. */
	private @Nullable TopicSpans topics;

	private @Nullable PatternTree patterns;

	/**
	 * A reader.
	 * @param past what it hears of what was before it, {@code null} if it is no newcomer
	 */
	LaggingReader(EventHistory history, Subscription subscription, Cursor cursor, @Nullable Past past) {
		this.history = history;
		this.subscription = subscription;
		this.cursor = cursor;
		this.past = past;
	}

	Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Whether an event of the stream was, or may have been, evicted before it was read.
	 */
	boolean hasLost() {
		Cursor beforeOldest = this.history.beforeOldest();
		long evictions = this.history.evictions();
		if (mayHaveLost()) {
			if (this.subscription.hasLost(new Losses(this.cursor, this.past, this.told))) {
				return true;
			}
			if (this.cursor.position() < beforeOldest.position()) {
				this.cursor = beforeOldest;
			}
			this.evictions = evictions;
		}
		return false;
	}

	/**
	 * Goes on after a loss: from the oldest event that is after it, or, if the stream did
	 * not catch up since the loss before this one, from the newest.
	 */
	Cursor skipLost(boolean toNewest) {
		// Before the place is: one that is about to go may stand after it
		this.told = this.history.gone();
		Cursor beforeOldest = this.history.beforeOldest();
		if (toNewest || this.hasLostBefore) {
			this.cursor = this.history.tail();
		}
		else if (this.cursor.position() < beforeOldest.position()) {
			this.cursor = beforeOldest;
		}
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
			HistoryEntry entry = this.history.after(this.cursor.position());
			if (mayHaveLost()) {
				return null;
			}
			if (entry == null || entry.position() > upTo) {
				// Nothing that is held stands before
				this.cursor = new Cursor(upTo, this.cursor.id());
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

	/**
	 * Whether something was evicted since that was looked for, and may be missing.
	 */
	private boolean mayHaveLost() {
		return this.history.evictions() != this.evictions
				&& this.cursor.position() < this.history.evictedUpTo().position();
	}

	private boolean isSkipped(HistoryEntry entry, long upTo) {
		return entry.isSupersededBy(upTo) || (this.past != null && this.past.skips(entry.position()));
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
