package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.fanout.hearing.Hearing;
import io.github.ssestarter.fanout.hearing.Past;
import io.github.ssestarter.fanout.hearing.StartPosition;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.EngineListener.Resumption;
import io.github.ssestarter.fanout.shard.ShardSettings.OnLag;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * What one stream is to be sent next, out of the log and its own queue, in order. Owned
 * by the connection's shard.
 */
final class Feed {

	/*
	 * A feed is live or lagging. Live: it has taken all up to its shard's position, and
	 * the shard puts new events into "due", which are written in the same turn. What
	 * cannot be written then is dropped from "due", and the feed is lagging: it has a
	 * reader, which holds a cursor and finds the same events in the history again. When
	 * the reader has come up to the shard's position the feed is live once more. A new
	 * stream is lagging, from where its client left off.
	 */

	/** So many bytes take as long as to look at an event. */
	private static final int BYTES_OF_LOOK = 128;

	/** An array of so many numbers is kept for the next turn, a larger one is not. */
	private static final int MAX_KEPT = 16;

	private static final int[] NOTHING = {};

	private final Subscription subscription;

	private final PrivateQueue queue;

	/** The last id of the application's own that was sent, {@code null} for none. */
	private @Nullable String ownId;

	/** What comes before all else, {@code null} for nothing. */
	private @Nullable Queue<byte[]> head;

	private @Nullable LaggingReader reader;

	/** The numbers of events in the shard's turn. */
	private int[] due = NOTHING;

	private int dueFrom;

	private int dueTo;

	/** {@code null} if there is none to hear, or it is over. */
	private @Nullable Past past;

	/** Where the feed went live. */
	private Cursor liveSince;

	/** The last position that the shard put into "due". */
	private long offered;

	/** Whether the queue has to be looked into. */
	private boolean mayHavePrivate;

	private boolean isOverrun;

	private boolean hasLeftTopics;

	Feed(EventHistory history, Subscription subscription, PrivateQueue queue, Cursor start) {
		this.subscription = subscription;
		this.queue = queue;
		this.liveSince = start;
		this.reader = new LaggingReader(history, subscription, start, null);
	}

	/**
	 * Puts what a stream begins with before everything else.
	 */
	void open(Opening opening, Duration retry, Turn turn) {
		StartPosition start = opening.start();
		this.past = start.past();
		LaggingReader reader = new LaggingReader(turn.history(), this.subscription, start.cursor(), this.past);
		this.reader = reader;
		this.ownId = opening.ownId();
		boolean hasLost = start.unknown() != null || reader.hasLost();
		Queue<byte[]> head = new ArrayDeque<>(2);
		if (!opening.isGreeted()) {
			EventId place = (hasLost) ? start.position() : reader.cursor().id();
			head.add(turn.frames().connected(this.subscription.clientId(), retry, WireId.of(place, this.ownId)));
		}
		if (start.isResumed()) {
			turn.tally().listener().resumed(resumption(start, hasLost));
		}
		if (hasLost) {
			turn.tally().listener().gap();
			WireId lastEventId = (start.unknown() != null) ? start.unknown() : wireId(start.cursor());
			head.add(turn.frames().gap(lastEventId, wireId(reader.skipLost(false))));
		}
		this.head = head;
	}

	private static Resumption resumption(StartPosition start, boolean hasLost) {
		if (start.unknown() != null) {
			return Resumption.UNKNOWN;
		}
		return (hasLost) ? Resumption.GAP : Resumption.COMPLETE;
	}

	boolean isLive() {
		return this.reader == null;
	}

	/**
	 * Takes an event of the log from the shard, if the feed is live and the event belongs
	 * to the stream. If that is undecided, the feed lags.
	 * @param entry the event that the shard's turn has come to
	 * @return whether there is something to write
	 */
	boolean offer(HistoryEntry entry, Turn turn) {
		if (this.reader != null || entry.position() <= this.offered) {
			return false;
		}
		if (this.past != null && isSkipped(this.past, entry)) {
			return false;
		}
		Hearing hearing = turn.listener().hearing(this.subscription, entry);
		if (hearing == Hearing.UNDECIDED) {
			lag(turn);
			return true;
		}
		if (hearing == Hearing.NO) {
			return false;
		}
		if (this.dueTo == this.due.length) {
			this.due = turn.arrays().grow(this.due);
		}
		this.due[this.dueTo++] = turn.current();
		this.offered = entry.position();
		return true;
	}

	private boolean isSkipped(Past past, HistoryEntry entry) {
		if (past.isBefore(entry.position())) {
			this.past = null;
		}
		return past.skips(entry.position());
	}

	/**
	 * Turns a live feed that cannot be written out, or was not given all, into a lagging
	 * one: it reads on from the history, and finds out whether it has lost any.
	 */
	void lag(Turn turn) {
		if (this.reader == null) {
			this.reader = new LaggingReader(turn.history(), this.subscription, taken(turn), this.past);
			clearDue(turn);
		}
	}

	/**
	 * Lags if not all that the shard put in is taken.
	 * @return whether it does
	 */
	boolean lagIfDue(Turn turn) {
		boolean isDue = hasDue();
		if (isDue) {
			lag(turn);
		}
		return isDue;
	}

	/**
	 * The position up to which the stream has taken what the shard handed out.
	 */
	private Cursor taken(Turn turn) {
		if (!hasDue()) {
			return served(turn.position());
		}
		return served((this.dueFrom > 0) ? turn.event(this.due[this.dueFrom - 1]).cursor() : turn.start());
	}

	private void takeDue(Turn turn) {
		this.dueFrom++;
		if (!hasDue()) {
			clearDue(turn);
		}
	}

	private void clearDue(Turn turn) {
		this.dueFrom = 0;
		this.dueTo = 0;
		if (this.due.length > MAX_KEPT) {
			turn.arrays().giveBack(this.due);
			this.due = NOTHING;
		}
	}

	/**
	 * Whether the application has to decide before the feed goes on.
	 */
	boolean isWaiting() {
		return this.reader != null && this.reader.isWaiting();
	}

	/**
	 * Whether the next turn goes on with what lies before this one.
	 */
	boolean isPaused() {
		return this.reader != null && this.reader.isPaused();
	}

	private boolean isHeld() {
		return this.reader != null && this.reader.isHeld();
	}

	/**
	 * Whether events wait that the shard put in.
	 */
	boolean hasDue() {
		return this.dueFrom < this.dueTo;
	}

	/**
	 * The next frame.
	 * @param upTo the last position of the log to look at, at most that of the turn
	 * @return the frame, {@code null} if there is none
	 */
	byte @Nullable [] next(Turn turn, long upTo) {
		if (this.head != null) {
			byte[] first = this.head.poll();
			this.head = (first != null) ? this.head : null;
			if (first != null) {
				return first;
			}
		}
		if (this.reader == null) {
			return nextLive(turn, upTo);
		}
		return nextLagging(this.reader, turn, upTo);
	}

	private byte @Nullable [] nextLive(Turn turn, long upTo) {
		HistoryEntry event = (hasDue()) ? turn.event(this.due[this.dueFrom]) : null;
		byte[] frame = nextPrivate(turn, (event != null) ? Math.min(event.position() - 1, upTo) : upTo);
		if (frame == null && event != null && event.position() <= upTo) {
			takeDue(turn);
			turn.tally().deliveredLive(event);
			return frameOf(event);
		}
		return frame;
	}

	/**
	 * An event's frame. To who was sent an id of the application's own it tells that as
	 * well, since its own id takes the place of that one.
	 */
	private byte[] frameOf(HistoryEntry event) {
		String ownId = event.ownId();
		if (ownId != null) {
			this.ownId = ownId;
			return event.frame();
		}
		return (this.ownId != null) ? SseEventFormatter.appendToId(event.frame(), WireId.suffix(this.ownId))
				: event.frame();
	}

	private WireId wireId(Cursor cursor) {
		return new WireId(cursor.id(), this.ownId);
	}

	private byte @Nullable [] nextLagging(LaggingReader reader, Turn turn, long upTo) {
		HistoryEntry event = null;
		boolean isHeld = false;
		while (event == null && !isHeld && reader.cursor().position() < upTo) {
			if (reader.hasLost()) {
				return gap(reader, turn);
			}
			event = reader.peek(upTo, turn);
			isHeld = reader.isHeld();
		}
		long served = (isHeld) ? reader.cursor().position() : upTo;
		byte[] frame = nextPrivate(turn, (event != null) ? event.position() - 1 : served);
		if (frame != null || isHeld) {
			return frame;
		}
		if (event != null) {
			reader.take(event);
			turn.spendPast(event.frame().length / BYTES_OF_LOOK);
			turn.tally().delivered();
			return frameOf(event);
		}
		this.liveSince = reader.cursor();
		this.offered = this.liveSince.position();
		this.reader = null;
		if (this.past != null && this.past.isBefore(this.offered + 1)) {
			this.past = null;
		}
		this.subscription.forgetLeft(this.offered);
		return null;
	}

	private byte @Nullable [] gap(LaggingReader reader, Turn turn) {
		OnLag onLag = turn.settings().onLag();
		if (onLag == OnLag.DISCONNECT) {
			this.isOverrun = true;
			return null;
		}
		turn.tally().listener().gap();
		WireId lastEventId = wireId(reader.cursor());
		return turn.frames().gap(lastEventId, wireId(reader.skipLost(onLag == OnLag.SKIP)));
	}

	/**
	 * Something may have been sent to the stream alone. Told after each time.
	 */
	void takePrivate() {
		this.mayHavePrivate = true;
	}

	/**
	 * The next frame that was sent to the stream alone.
	 * @param served the position up to which the stream is served
	 */
	private byte @Nullable [] nextPrivate(Turn turn, long served) {
		if (!this.mayHavePrivate) {
			return null;
		}
		PrivateQueue.Item item = this.queue.poll(served);
		if (item == null) {
			this.mayHavePrivate = !this.queue.isEmpty();
			return null;
		}
		turn.tally().delivered();
		String ownId = item.ownId();
		if (ownId == null) {
			return item.frame();
		}
		this.ownId = (ownId.isEmpty()) ? null : ownId;
		return SseEventFormatter.complete(item.frame(), wireId(taken(turn)).toString());
	}

	/**
	 * The next frame of a stream that completes: of the log up to a position, then all
	 * that was sent to it alone.
	 */
	byte @Nullable [] nextOfAll(Turn turn, long upTo) {
		byte[] frame = next(turn, upTo);
		return (frame == null && !isHeld() && !this.isOverrun) ? nextPrivate(turn, Long.MAX_VALUE) : frame;
	}

	/**
	 * Takes nothing more, if nothing of what was to come waits.
	 * @return whether nothing waits
	 */
	boolean closeIfDone() {
		return this.isOverrun || (!isHeld() && this.queue.closeIfEmpty());
	}

	/**
	 * Drops what waits, and takes nothing more.
	 */
	void close() {
		this.queue.close();
		this.dueTo = this.dueFrom;
	}

	/**
	 * Whether something waits that was sent to the stream alone, and could be sent.
	 */
	boolean hasPrivate() {
		return this.mayHavePrivate && !isHeld() && !this.queue.isEmpty();
	}

	/**
	 * The stream has joined, or left, topics.
	 */
	void takeTopics() {
		this.hasLeftTopics = this.subscription.topics().hasLeft();
	}

	/**
	 * Forgets the topics that were left and of which all has been taken.
	 * @return whether it forgot any
	 */
	boolean forgetLeftTopics(Turn turn) {
		if (!this.hasLeftTopics || this.reader != null || hasDue()) {
			return false;
		}
		this.subscription.forgetLeft(turn.position().position());
		takeTopics();
		return true;
	}

	/**
	 * Whether the stream fell out of the window and is not to go on.
	 */
	boolean isOverrun() {
		return this.isOverrun;
	}

	/**
	 * A heartbeat, which tells how far the stream is served.
	 * @return the frame, {@code null} while there is more to come than that
	 */
	byte @Nullable [] heartbeat(Turn turn) {
		if (!isLive() && !isWaiting()) {
			return null;
		}
		return (this.ownId != null) ? turn.frames().heartbeat(wireId(served(turn.position())))
				: turn.heartbeat(served(turn.position()));
	}

	/**
	 * Where the client has come to.
	 * @return the place, {@code null} while it has not been told all that it begins with
	 */
	@Nullable WireId place(Turn turn) {
		return (this.head == null || this.head.isEmpty()) ? wireId(taken(turn)) : null;
	}

	/**
	 * The position up to which the stream is served.
	 * @param shard the position of the shard, which a live feed has come to as well
	 */
	Cursor served(Cursor shard) {
		if (this.reader != null) {
			return this.reader.cursor();
		}
		return (this.liveSince.position() > shard.position()) ? this.liveSince : shard;
	}

}
