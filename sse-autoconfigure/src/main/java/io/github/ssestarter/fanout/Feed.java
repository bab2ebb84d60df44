package io.github.ssestarter.fanout;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.EngineListener.Resumption;
import io.github.ssestarter.fanout.EngineSettings.OnLag;
import io.github.ssestarter.history.Cursor;
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

	/** What is due is kept for the next turn if it was no more than this. */
	private static final int MAX_KEPT = 16;

	private static final int[] NOTHING = {};

	private final Shard shard;

	private final Subscriber subscriber;

	private final PrivateQueue queue;

	/** What comes before all else, {@code null} for nothing. */
	private @Nullable Queue<byte[]> head;

	private @Nullable LaggingReader reader;

	/** The numbers of events in the shard's turn. */
	private int[] due = NOTHING;

	private int dueFrom;

	private int dueTo;

	/** Where the feed went live. */
	private Cursor liveSince;

	/** The last position that the shard put into "due". */
	private long offered;

	private boolean isComplete;

	private boolean isOverrun;

	Feed(Shard shard, Subscriber subscriber, PrivateQueue queue, Cursor start) {
		this.shard = shard;
		this.subscriber = subscriber;
		this.queue = queue;
		this.liveSince = start;
		this.reader = new LaggingReader(shard.history(), subscriber, start);
	}

	/**
	 * Puts what a stream begins with before everything else.
	 * @param start where it begins
	 * @param isCommitted whether the opening comment was sent already
	 * @param greeting an event to begin with, {@code null} for none
	 */
	void open(StartPosition start, boolean isCommitted, @Nullable SseEvent greeting) {
		LaggingReader reader = new LaggingReader(this.shard.history(), this.subscriber, start.cursor());
		this.reader = reader;
		boolean hasLost = start.unknownId() != null || reader.hasLost();
		boolean isJoined = this.subscriber.isJoined();
		Queue<byte[]> head = new ArrayDeque<>();
		if (!isCommitted) {
			head.add(this.shard.frames().opening((isJoined && !hasLost) ? reader.cursor() : null));
		}
		if (start.isResumed()) {
			this.shard.tally().listener().resumed(resumption(start, hasLost));
		}
		if (hasLost) {
			this.shard.tally().listener().gap();
			String lastEventId = (start.unknownId() != null) ? start.unknownId() : start.cursor().id().toString();
			head.add(this.shard.frames().gap(lastEventId, reader.skipLost(false)));
		}
		if (greeting != null) {
			head.add(this.shard.frames().event(greeting, (isJoined) ? reader.cursor() : null));
		}
		this.head = head;
	}

	private static Resumption resumption(StartPosition start, boolean hasLost) {
		if (start.unknownId() != null) {
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
	boolean offer(HistoryEntry entry) {
		if (this.reader != null || entry.position() <= this.offered) {
			return false;
		}
		Hearing hearing = this.subscriber.hearing(entry);
		if (hearing == Hearing.UNDECIDED) {
			lag();
			return true;
		}
		if (hearing == Hearing.NO) {
			return false;
		}
		if (this.dueTo == this.due.length) {
			this.due = Arrays.copyOf(this.due, Math.max(4, 2 * this.dueTo));
		}
		this.due[this.dueTo++] = this.shard.currentTurn().current();
		this.offered = entry.position();
		return true;
	}

	/**
	 * Turns a live feed that could not be written out into a lagging one.
	 */
	void lag() {
		if (this.reader == null) {
			this.reader = new LaggingReader(this.shard.history(), this.subscriber, served(taken()));
			clearDue();
		}
	}

	/**
	 * The position up to which the stream has taken what the shard handed out.
	 */
	private Cursor taken() {
		if (!hasDue()) {
			return this.shard.cursor();
		}
		Turn turn = this.shard.currentTurn();
		return (this.dueFrom > 0) ? turn.event(this.due[this.dueFrom - 1]).cursor() : turn.start();
	}

	private void takeDue() {
		this.dueFrom++;
		if (!hasDue()) {
			clearDue();
		}
	}

	/**
	 * Nothing is sent of what is due.
	 */
	void clearDue() {
		this.dueFrom = 0;
		this.dueTo = 0;
		if (this.due.length > MAX_KEPT) {
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
	 * Whether events wait that the shard put in.
	 */
	boolean hasDue() {
		return this.dueFrom < this.dueTo;
	}

	/**
	 * The next frame.
	 * @param upTo the position of the shard
	 * @return the frame, {@code null} if there is none
	 */
	byte @Nullable [] next(long upTo) {
		if (this.head != null) {
			byte[] first = this.head.poll();
			this.head = (first != null) ? this.head : null;
			if (first != null) {
				return first;
			}
		}
		if (this.reader == null) {
			return nextLive(upTo);
		}
		return nextLagging(this.reader, upTo);
	}

	private byte @Nullable [] nextLive(long upTo) {
		HistoryEntry event = (hasDue()) ? this.shard.currentTurn().event(this.due[this.dueFrom]) : null;
		byte[] frame = nextPrivate((event != null) ? Math.min(event.position() - 1, upTo) : upTo);
		if (frame == null && event != null && event.position() <= upTo) {
			takeDue();
			this.shard.tally().deliveredLive(event);
			return event.frame();
		}
		return frame;
	}

	private byte @Nullable [] nextLagging(LaggingReader reader, long upTo) {
		HistoryEntry event = null;
		boolean isWaiting = false;
		while (event == null && !isWaiting && reader.cursor().position() < upTo) {
			if (reader.hasLost()) {
				return gap(reader);
			}
			event = reader.peek(upTo);
			isWaiting = reader.isWaiting();
		}
		long served = (isWaiting) ? reader.cursor().position() : upTo;
		byte[] frame = nextPrivate((event != null) ? event.position() - 1 : served);
		if (frame != null || isWaiting) {
			return frame;
		}
		if (event != null) {
			reader.take(event);
			this.shard.tally().delivered();
			return event.frame();
		}
		this.liveSince = reader.cursor();
		this.offered = this.liveSince.position();
		this.reader = null;
		this.subscriber.forgetLeft(this.offered);
		return null;
	}

	private OnLag onLag() {
		return this.shard.settings().stream().onLag();
	}

	private byte @Nullable [] gap(LaggingReader reader) {
		if (onLag() == OnLag.DISCONNECT) {
			this.isOverrun = true;
			return null;
		}
		this.shard.tally().listener().gap();
		String lastEventId = reader.cursor().id().toString();
		return this.shard.frames().gap(lastEventId, reader.skipLost(onLag() == OnLag.SKIP));
	}

	private byte @Nullable [] nextPrivate(long served) {
		PrivateQueue.Item item = this.queue.poll(served);
		if (item == null) {
			return null;
		}
		this.isComplete = item.isLast();
		if (!item.isLast()) {
			this.shard.tally().delivered();
		}
		return item.frame();
	}

	/**
	 * Whether the stream's own last frame was taken.
	 */
	boolean isComplete() {
		return this.isComplete;
	}

	/**
	 * Whether the stream fell out of the window and is not to go on.
	 */
	boolean isOverrun() {
		return this.isOverrun;
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
