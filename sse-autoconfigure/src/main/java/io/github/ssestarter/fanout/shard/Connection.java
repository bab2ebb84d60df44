package io.github.ssestarter.fanout.shard;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;
import io.github.ssestarter.history.HistoryEntry;

/**
 * The engine's side of a detached stream. Any thread may signal it; all the rest happens
 * on its shard's thread, which is the only one that writes.
 */
public final class Connection extends Mailbox.Sender
		implements TransportListener, FrameSender.Source<Turn>, ShardIndex.Indexed {

	/** What one connection may write in a turn while others wait for the shard. */
	private static final int TURN_BUDGET = 64 * 1024;

	/** When the client of a stream comes back that has lived long enough. */
	private static final Duration COME_BACK = Duration.ofSeconds(1);

	private static final int READY = 1;

	private static final int TOPICS = 1 << 1;

	private static final int GONE = 1 << 2;

	private static final int CUT = 1 << 3;

	/** There is something to write, or to end. */
	private static final int WORK = 1 << 4;

	private static final int PROBED = 1 << 5;

	private static final int REPLACED = 1 << 6;

	private final Mailbox<Connection> mailbox;

	private final ConnectionOwner owner;

	private final Subscription subscription;

	private final PrivateQueue queue;

	private volatile @Nullable Transport transport;

	private final StreamOptions options;

	private final Progress progress;

	// The shard's thread only, from here on

	/** Until it begins. */
	private @Nullable Opening opening;

	private final Feed feed;

	private final FrameSender sender = new FrameSender();

	private final Timeouts<Connection> timeouts;

	private final ShardIndex.Standing standing = new ShardIndex.Standing();

	/** Whether the shard has it in this turn's list of those to write to. */
	private boolean isQueued;

	/** Whether the shard reads on for it, be it in the next turn. */
	private boolean hasMore;

	/** Whether the transport has not taken all. */
	private boolean isBlocked;

	/**
	 * Whether its timeouts have fired or changed. What they are is not looked at for each
	 * write.
	 */
	private boolean isLookDue;

	/** Whether nothing comes any more but the last bytes. */
	private boolean isEnding;

	/** Whether the end does not wait for what was sent before. */
	private boolean isCut;

	private byte @Nullable [] lastFrame;

	private boolean hasEnded;

	/**
	 * Creates a connection, which does nothing before it is started.
	 */
	Connection(Mailbox<Connection> mailbox, Feed feed, PrivateQueue queue, ConnectionOwner owner,
			Subscription subscription, Progress progress, StreamOptions options, Opening opening) {
		this.mailbox = mailbox;
		this.owner = owner;
		this.subscription = subscription;
		this.opening = opening;
		this.progress = progress;
		this.options = options;
		this.timeouts = new Timeouts<>(this, options.heartbeatInterval(), progress);
		this.progress.lagging(opening.start().cursor().position());
		this.queue = queue;
		this.feed = feed;
	}

	// Any thread

	/**
	 * Begins to write to the client.
	 */
	public void start(Transport transport) {
		note(WORK);
		// From here on the shard takes its signals
		this.transport = transport;
		this.mailbox.deliver(this);
	}

	/**
	 * Sends a frame to this stream alone, after all that was published before.
	 * @param ownId the id of the application's own that the frame is still to get,
	 * {@code null} for none
	 * @param position the position of the log at the call
	 * @return whether there was room, and the stream goes on
	 */
	public boolean send(byte[] frame, @Nullable String ownId, long position) {
		return signalIf(this.queue.offer(new PrivateQueue.Item(frame, ownId, position)));
	}

	/**
	 * Sends a frame of somebody who waits for room, see {@link #whenRoom}: half of it is
	 * left to those who do not.
	 * @param ownId the id of the application's own that the frame is still to get,
	 * {@code null} for none
	 * @param position the position of the log at the call
	 * @return whether there was room, and the stream goes on
	 */
	public boolean sendIfRoom(byte[] frame, @Nullable String ownId, long position) {
		return signalIf(this.queue.offerIfHalfFree(new PrivateQueue.Item(frame, ownId, position)));
	}

	private boolean signalIf(boolean isAccepted) {
		if (isAccepted) {
			this.mailbox.signal(this, WORK);
		}
		return isAccepted;
	}

	/**
	 * Has something run once, when there is room again for what is sent to this stream
	 * alone, or it ends. On the shard's thread, or at once: returns at once.
	 */
	public void whenRoom(Runnable action) {
		this.queue.whenRoom(action);
	}

	/**
	 * The end was decided.
	 */
	public void endDecided() {
		this.mailbox.signal(this, WORK);
	}

	/**
	 * The end that was decided does not wait any more for what was sent before.
	 */
	public void cut() {
		this.mailbox.signal(this, CUT);
	}

	/**
	 * Another end was decided, and now the client's newer stream has its place: nothing
	 * waits any more, and the last bytes have as little time as those of any that is
	 * replaced.
	 */
	public void replaced() {
		this.mailbox.signal(this, CUT | REPLACED);
	}

	/**
	 * The stream has joined, or left, topics, or it is decided whether it may hear one.
	 */
	public void topicsChanged() {
		this.mailbox.signal(this, TOPICS);
	}

	/**
	 * Heartbeats come sooner for a moment.
	 */
	public void probed() {
		this.mailbox.signal(this, PROBED);
	}

	@Override
	public void ready() {
		this.mailbox.signal(this, READY);
	}

	@Override
	public void ended(SseCloseReason reason) {
		this.progress.decide(End.of(reason));
		this.mailbox.signal(this, GONE);
	}

	/**
	 * What it writes to, {@code null} before it is started: signals are kept until then.
	 */
	public @Nullable Transport transport() {
		return this.transport;
	}

	// The shard's thread

	@Override
	public Subscription subscription() {
		return this.subscription;
	}

	@Override
	public ShardIndex.Standing standing() {
		return this.standing;
	}

	boolean hasEnded() {
		return this.hasEnded;
	}

	/**
	 * The shard writes to it in this turn.
	 * @return whether it would not have without this
	 */
	boolean queue() {
		boolean isNew = !this.isQueued;
		this.isQueued = true;
		return isNew;
	}

	Feed feed() {
		return this.feed;
	}

	/**
	 * Gives the connection the event that the shard's turn has come to, to be written in
	 * it.
	 * @return whether it is to be written to now
	 */
	boolean deliver(HistoryEntry entry, Turn turn) {
		return !this.hasEnded && !this.isEnding && this.feed.offer(entry, turn);
	}

	/**
	 * Takes what was signalled.
	 * @return whether what finds it in the index may have changed
	 */
	boolean take(int signals, Turn turn) {
		if ((signals & GONE) != 0) {
			giveUp(End.of(SseCloseReason.CLIENT_GONE));
			return false;
		}
		Opening opening = this.opening;
		if (opening != null) {
			this.opening = null;
			this.timeouts.begin(opening.loginEnd(), turn);
			this.isLookDue = true;
			this.feed.open(opening, this.options.retry(), turn);
		}
		if ((signals & READY) != 0) {
			setBlocked(false, turn);
		}
		if ((signals & WORK) != 0) {
			this.feed.takePrivate();
		}
		this.isCut |= (signals & CUT) != 0;
		this.isLookDue |= (signals & (PROBED | REPLACED)) != 0;
		if ((signals & REPLACED) != 0) {
			this.timeouts.replaced(this.isEnding, turn);
		}
		if (opening == null && (signals & TOPICS) == 0) {
			return false;
		}
		this.feed.takeTopics();
		return true;
	}

	/**
	 * The stream is ordered to close.
	 */
	void order(End end) {
		boolean isOther = this.progress.decide(end) != end;
		// One that waits itself hurries none
		this.isCut |= isOther && !end.waits();
	}

	/**
	 * Writes what can be written.
	 * @return whether what finds it in the index may have changed
	 */
	boolean pump(Turn turn) {
		this.isQueued = false;
		this.hasMore = false;
		Transport transport = this.transport;
		if (this.hasEnded || transport == null) {
			return false;
		}
		try {
			FrameSender.Outcome outcome = this.sender.send(transport, this, turn, turn.block(), TURN_BUDGET);
			if (outcome == FrameSender.Outcome.ALL_SENT && this.isEnding && !transport.isReady()) {
				outcome = FrameSender.Outcome.NOT_READY;
			}
			switch (outcome) {
				case ALL_SENT -> allSent(transport, turn);
				case NOT_READY -> notReady(turn);
				case BUDGET_USED -> {
					this.feed.lag(turn);
					this.hasMore = true;
				}
			}
			setBlocked(outcome == FrameSender.Outcome.NOT_READY, turn);
			this.isLookDue |= this.feed.isWaiting();
			progressed(turn);
			return this.feed.forgetLeftTopics(turn);
		}
		catch (IOException ex) {
			giveUp(End.of(SseCloseReason.CLIENT_GONE));
			return false;
		}
	}

	/**
	 * Whether there is more for it than this turn had time for.
	 */
	boolean hasMore() {
		return this.hasMore;
	}

	private void setBlocked(boolean isBlocked, Turn turn) {
		if (isBlocked != this.isBlocked) {
			this.isBlocked = isBlocked;
			this.timeouts.setBlocked(isBlocked, turn);
			this.isLookDue = true;
		}
	}

	private void progressed(Turn turn) {
		int written = turn.block().taken();
		turn.tally().wrote(written);
		long position = (this.feed.isLive()) ? Progress.LIVE : this.feed.served(turn.position()).position();
		if (turn.isLogged()) {
			this.progress.log(position, this.subscription.clientId());
		}
		this.progress.turned(written, turn.now(), position);
	}

	@Override
	public byte @Nullable [] nextFrame(Turn turn) {
		byte[] frame = (this.isEnding) ? null : nextOfFeed(turn);
		if (this.isEnding) {
			frame = this.lastFrame;
			this.lastFrame = null;
		}
		if (frame != null) {
			this.progress.writes(turn.now());
			turn.log(frame, this.subscription.clientId());
		}
		return frame;
	}

	/**
	 * The next frame before the last ones; if there is none any more it begins to end.
	 */
	private byte @Nullable [] nextOfFeed(Turn turn) {
		End end = this.progress.end();
		if (end == null || !isReached(end, turn)) {
			return nextWhileOpen(turn);
		}
		byte[] frame = null;
		boolean isDone = true;
		if (waits(end)) {
			frame = this.feed.nextOfAll(turn, end.position());
			isDone = frame == null && this.feed.closeIfDone();
		}
		else if (this.feed.isLive()) {
			frame = this.feed.next(turn, end.position());
			isDone = frame == null;
		}
		if (isDone) {
			beginEnding(end, turn);
		}
		return (frame == null && !isDone) ? heartbeat(turn) : frame;
	}

	private byte @Nullable [] nextWhileOpen(Turn turn) {
		byte[] frame = this.feed.next(turn, turn.position().position());
		if (this.feed.isOverrun()) {
			beginEnding(this.progress.decide(End.of(SseCloseReason.SLOW)), turn);
		}
		return (frame == null && !this.isEnding) ? heartbeat(turn) : frame;
	}

	private byte @Nullable [] heartbeat(Turn turn) {
		return (this.isLookDue && this.timeouts.isHeartbeatDue(turn)) ? this.feed.heartbeat(turn) : null;
	}

	/**
	 * Whether the shard has come to the position of an end.
	 */
	private boolean isReached(End end, Turn turn) {
		return end.position() <= turn.position().position();
	}

	private boolean waits(End end) {
		return end.waits() && !this.isCut;
	}

	private void beginEnding(End end, Turn turn) {
		this.isEnding = true;
		byte[] last = turn.frames().closing(end, this.options.retry(), this.feed.place(turn));
		this.lastFrame = (last.length > 0) ? last : null;
		this.timeouts.ending(end.reason(), turn);
		this.isLookDue = true;
		this.feed.close();
	}

	private void allSent(Transport transport, Turn turn) {
		if (this.isEnding) {
			this.owner.allSent();
			if (isToBeCut(turn)) {
				transport.abort();
			}
			else {
				transport.complete();
			}
			end();
		}
		else if (this.feed.isPaused()) {
			this.hasMore = true;
		}
		else if (this.feed.hasPrivate() || (this.progress.end() != null && !this.feed.isWaiting())) {
			this.feed.lagIfDue(turn);
			this.mailbox.signal(this, WORK);
		}
	}

	/**
	 * Whether the client shall take the end for a failure, since it is to come back.
	 */
	private boolean isToBeCut(Turn turn) {
		End end = this.progress.end();
		return end != null && end.retry() != null && turn.settings().comeBack() == ComeBack.CUT;
	}

	private void notReady(Turn turn) {
		if (this.isEnding) {
			return;
		}
		End end = this.progress.end();
		if (this.isBlocked && end != null && end.reason() == SseCloseReason.REPLACED) {
			// Its place is the newer one's
			abort(end);
			return;
		}
		this.feed.lagIfDue(turn);
		if (end != null && !waits(end)) {
			if (isReached(end, turn)) {
				beginEnding(end, turn);
			}
			else {
				// Until the shard has come to the position of the order
				this.mailbox.signal(this, WORK);
			}
		}
	}

	Timeouts<Connection> timeouts() {
		return this.timeouts;
	}

	/**
	 * Looks at the clock.
	 * @return whether the connection is to be written to now
	 */
	boolean look(Turn turn) {
		this.isLookDue = true;
		if (this.timeouts.isWriteOverdue(turn)) {
			abort(End.of(SseCloseReason.WRITE_TIMEOUT));
			return false;
		}
		SseCloseReason over = this.timeouts.takeOver(turn);
		if (over != null && this.isEnding) {
			abort(End.of(over));
			return false;
		}
		if (over != null) {
			order(End.comeBack(over, COME_BACK));
			return true;
		}
		return this.timeouts.isHeartbeatDue(turn) || this.feed.isWaiting();
	}

	/**
	 * Has its timer fire when the connection has to be looked at again, whatever happens
	 * until then, if that may have changed.
	 */
	void schedule(Timers timers, Turn turn) {
		if (this.isLookDue) {
			this.isLookDue = false;
			timers.schedule(this.timeouts, this.timeouts.next(this.feed.isWaiting(), turn));
		}
	}

	/**
	 * Ends the connection at once, whatever is still unsent.
	 */
	void abort(End end) {
		// Before the transport tells that the client has gone
		this.progress.decide(end);
		if (this.transport != null && !this.hasEnded) {
			this.transport.abort();
		}
		giveUp(end);
	}

	/**
	 * Ends the connection, of which the container has no end to write.
	 */
	void giveUp(End end) {
		if (!this.hasEnded) {
			this.progress.decide(end);
			this.owner.givenUp();
			end();
		}
	}

	private void end() {
		this.hasEnded = true;
		this.feed.close();
		this.owner.ended();
	}

}
