package io.github.ssestarter.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.history.HistoryEntry;

/**
 * The engine's side of a detached stream. Any thread may signal it; all the rest happens
 * on its shard's thread, which is the only one that writes.
 */
final class Connection implements TransportListener {

	/** What one connection may write in a turn while others wait for the shard. */
	private static final int TURN_BUDGET = 64 * 1024;

	/** Not at a position of the log. */
	static final long AT_ONCE = -1;

	private static final AtomicIntegerFieldUpdater<Connection> SIGNALS = AtomicIntegerFieldUpdater
		.newUpdater(Connection.class, "signals");

	private static final AtomicReferenceFieldUpdater<Connection, @Nullable Ending> CLOSING = AtomicReferenceFieldUpdater
		.newUpdater(Connection.class, Ending.class, "closing");

	static final int START = 1;

	static final int READY = 1 << 1;

	static final int SEND = 1 << 2;

	static final int TOPICS = 1 << 3;

	static final int CLOSE = 1 << 4;

	static final int GONE = 1 << 5;

	static final int CONTINUE = 1 << 6;

	private final Shard shard;

	private final RegisteredStream stream;

	private final StreamOptions options;

	private final boolean isCommitted;

	private volatile int signals;

	private volatile @Nullable Ending closing;

	private final PrivateQueue queue;

	private volatile @Nullable Transport transport;

	private final Progress progress;

	// The shard's thread only, from here on

	/** Until it begins. */
	private @Nullable StartPosition start;

	private final Feed feed;

	private final FrameSender sender = new FrameSender();

	private final Memberships memberships = new Memberships();

	/** Whether the shard has it in this turn's list of those to write to. */
	private boolean isQueued;

	private @Nullable Ending ending;

	private byte @Nullable [] lastFrame;

	private boolean isHeartbeatDue;

	private boolean isBlocked;

	private long blockedSince;

	private @Nullable Deadline deadline;

	private boolean hasLeftTopics;

	private boolean hasEnded;

	/**
	 * Creates a connection, which does nothing before it is started.
	 * @param isCommitted whether the client has had the opening comment already
	 */
	Connection(Shard shard, RegisteredStream stream, StreamOptions options, StartPosition start, boolean isCommitted) {
		this.shard = shard;
		this.stream = stream;
		this.options = options;
		this.start = start;
		this.isCommitted = isCommitted;
		this.progress = stream.progress();
		this.progress.lagging(start.cursor().position());
		this.queue = new PrivateQueue(shard.settings().stream().bufferSize());
		this.feed = new Feed(shard, stream.subscriber(), this.queue, start.cursor());
	}

	// Any thread

	void start(Transport transport) {
		SIGNALS.getAndUpdate(this, (before) -> before | START);
		// From here on the shard takes its signals
		this.transport = transport;
		this.shard.signalled(this);
	}

	/**
	 * Sends a frame to this stream alone, after all that was published before.
	 * @param isLast whether the stream is complete after it
	 * @return whether there was room
	 */
	boolean send(byte[] frame, boolean isLast) {
		long position = this.shard.history().tail().position();
		boolean isAccepted = this.queue.offer(new PrivateQueue.Item(frame, position, isLast));
		if (isAccepted) {
			signal(SEND);
		}
		return isAccepted;
	}

	/**
	 * Ends the stream as soon as the frame that was begun is out, whatever else waits;
	 * but a stream that is caught up is first sent what precedes a position.
	 */
	void close(SseCloseReason reason, byte[] farewell, long position) {
		if (CLOSING.compareAndSet(this, null, new Ending(reason, farewell, position))) {
			signal(CLOSE);
		}
	}

	void topicsChanged() {
		signal(TOPICS);
	}

	@Override
	public void ready() {
		signal(READY);
	}

	@Override
	public void gone() {
		signal(GONE);
	}

	private void signal(int signal) {
		if (SIGNALS.getAndUpdate(this, (before) -> before | signal) == 0) {
			this.shard.signalled(this);
		}
	}

	// The shard's thread

	/**
	 * Takes the signals; they are kept until the connection has its transport.
	 */
	int takeSignals() {
		return (this.transport != null) ? SIGNALS.getAndSet(this, 0) : 0;
	}

	RegisteredStream stream() {
		return this.stream;
	}

	boolean hasEnded() {
		return this.hasEnded;
	}

	Memberships memberships() {
		return this.memberships;
	}

	/**
	 * Whether the shard will write to it in this turn.
	 */
	boolean isQueued() {
		return this.isQueued;
	}

	void queued() {
		this.isQueued = true;
	}

	/**
	 * How often the connection has to be looked at.
	 */
	Duration heartbeatInterval() {
		return this.options.heartbeatInterval();
	}

	void begin(long now) {
		this.progress.writes(now);
		StartPosition start = Objects.requireNonNull(this.start, "It has begun");
		this.start = null;
		Duration lifetime = this.shard.settings().stream().maxLifetime();
		this.deadline = this.stream.loginEnd();
		if (lifetime != null) {
			long end = now + lifetime.toNanos() - this.shard.random().nextLong(lifetime.toNanos() / 10 + 1);
			this.deadline = Deadline.earlier(this.deadline, new Deadline(end, SseCloseReason.MAX_LIFETIME));
		}
		this.feed.open(start, this.isCommitted, this.options.greeting());
	}

	/**
	 * Gives the connection the event that the shard's turn has come to, to be written in
	 * it.
	 * @return whether it is to be written to now
	 */
	boolean deliver(HistoryEntry entry) {
		return !this.hasEnded && this.ending == null && this.feed.offer(entry);
	}

	void checkLeftTopics() {
		this.hasLeftTopics = this.stream.subscriber().topics().hasLeft();
	}

	/**
	 * Forgets the topics that were left and of which all has been taken.
	 * @return whether it forgot any
	 */
	boolean forgetLeftTopics() {
		if (!this.hasLeftTopics || !this.feed.isLive() || this.feed.hasDue()) {
			return false;
		}
		this.stream.subscriber().forgetLeft(this.shard.cursor().position());
		checkLeftTopics();
		return true;
	}

	/**
	 * What the connection was given in this turn cannot be written in it, or is not all:
	 * it reads on from the history, and finds out whether it has lost any.
	 */
	void lag() {
		this.feed.lag();
	}

	/**
	 * Lags if not all that it was given is written.
	 * @return whether it does
	 */
	boolean lagIfDue() {
		boolean isDue = this.feed.hasDue();
		if (isDue) {
			lag();
		}
		return isDue;
	}

	/**
	 * The transport said that it is ready.
	 */
	void unblock() {
		this.isBlocked = false;
	}

	/**
	 * Writes what can be written.
	 */
	void pump(long now) {
		this.isQueued = false;
		Transport transport = this.transport;
		if (this.hasEnded || transport == null) {
			return;
		}
		try {
			long written = this.sender.written();
			FrameSender.Outcome outcome = this.sender.send(transport, () -> logged(nextFrame(now)),
					this.shard.scratch(), TURN_BUDGET);
			if (outcome == FrameSender.Outcome.ALL_SENT && this.ending != null && !transport.isReady()) {
				outcome = FrameSender.Outcome.NOT_READY;
			}
			switch (outcome) {
				case ALL_SENT -> allSent(transport);
				case NOT_READY -> notReady(now);
				case BUDGET_USED -> budgetUsed();
			}
			this.isBlocked = (outcome == FrameSender.Outcome.NOT_READY);
			progressed(this.sender.written() - written, now);
		}
		catch (IOException ex) {
			giveUp(SseCloseReason.CLIENT_GONE);
		}
		catch (RuntimeException | Error ex) {
			abort(SseCloseReason.FAILED);
			this.shard.failed(this, ex);
		}
	}

	private void progressed(long written, long now) {
		if (written > 0) {
			this.progress.wrote(written);
			this.shard.tally().wrote(written);
			this.progress.writes(now);
		}
		if (this.shard.isLogged() && this.feed.isLive() == this.progress.isLagging()) {
			logProgress();
		}
		if (this.feed.isLive()) {
			this.progress.live();
		}
		else {
			this.progress.lagging(this.feed.served(this.shard.cursor()).position());
		}
	}

	private void logProgress() {
		if (this.feed.isLive()) {
			StreamLog.live(this.stream.clientId());
		}
		else {
			StreamLog.lagging(this.stream.clientId(), this.feed.served(this.shard.cursor()).position());
		}
	}

	private byte @Nullable [] logged(byte @Nullable [] frame) {
		if (frame != null && this.shard.isLogged()) {
			StreamLog.sent(this.stream.clientId(), frame);
		}
		return frame;
	}

	/**
	 * The end that was ordered, once the shard has come to its position.
	 */
	private @Nullable Ending closing() {
		Ending closing = this.closing;
		return (closing != null && closing.position() <= this.shard.cursor().position()) ? closing : null;
	}

	private void beginEnding(Ending ending, long now) {
		this.ending = ending;
		this.lastFrame = this.shard.frames().closing(ending.farewell());
		this.deadline = new Deadline(now + this.shard.settings().shutdown().timeout().toNanos(), ending.reason());
		this.queue.clear();
		this.feed.clearDue();
	}

	private byte @Nullable [] nextFrame(long now) {
		byte[] frame = (this.ending == null) ? nextOfFeed(now) : null;
		if (this.ending == null) {
			return frame;
		}
		byte[] last = this.lastFrame;
		this.lastFrame = null;
		return (last != null && last.length > 0) ? last : null;
	}

	private byte @Nullable [] nextOfFeed(long now) {
		Ending closing = closing();
		long upTo = (closing != null) ? closing.position() : this.shard.cursor().position();
		byte[] frame = (closing == null || this.feed.isLive()) ? this.feed.next(upTo) : null;
		if (this.feed.isComplete()) {
			beginEnding(new Ending(SseCloseReason.COMPLETED, (frame != null) ? frame : new byte[0], AT_ONCE), now);
		}
		else if (this.feed.isOverrun()) {
			beginEnding(new Ending(SseCloseReason.SLOW, new byte[0], AT_ONCE), now);
		}
		else if (frame == null && closing != null) {
			beginEnding(closing, now);
		}
		else if (frame == null && this.isHeartbeatDue && (this.feed.isLive() || this.feed.isWaiting())) {
			return heartbeat();
		}
		this.isHeartbeatDue = false;
		return frame;
	}

	private byte[] heartbeat() {
		this.isHeartbeatDue = false;
		return this.shard
			.heartbeat((this.stream.subscriber().isJoined()) ? this.feed.served(this.shard.cursor()) : null);
	}

	private void allSent(Transport transport) {
		Ending ending = this.ending;
		if (ending != null) {
			this.stream.allSent(ending.reason(), this);
			transport.complete();
			end(ending.reason());
		}
		else if (this.closing != null || (!this.queue.isEmpty() && !this.feed.isWaiting())) {
			signal(CONTINUE);
		}
	}

	private void budgetUsed() {
		lag();
		signal(CONTINUE);
	}

	private void notReady(long now) {
		this.blockedSince = (this.isBlocked) ? this.blockedSince : now;
		if (this.ending != null) {
			return;
		}
		lagIfDue();
		Ending closing = closing();
		if (closing != null) {
			beginEnding(closing, now);
		}
		else if (this.closing != null) {
			// Until the shard has come to the position of the order
			signal(CONTINUE);
		}
	}

	/**
	 * Looks at the clock.
	 * @return whether the connection is to be written to now
	 */
	boolean tick(long now) {
		if (this.hasEnded) {
			return false;
		}
		EngineSettings settings = this.shard.settings();
		if (this.isBlocked && now - this.blockedSince >= settings.stream().writeTimeout().toNanos()) {
			abort((this.ending != null) ? this.ending.reason() : SseCloseReason.WRITE_TIMEOUT);
			return false;
		}
		if (this.deadline != null && this.deadline.isOver(now)) {
			expire(this.deadline.reason());
			return false;
		}
		long interval = this.options.heartbeatInterval().toNanos();
		this.isHeartbeatDue = interval > 0 && !this.isBlocked && now - this.progress.lastWrite() >= interval;
		return this.isHeartbeatDue || this.feed.isWaiting();
	}

	private void expire(SseCloseReason reason) {
		if (this.ending != null) {
			abort(reason);
			return;
		}
		this.deadline = null;
		close(reason, this.shard.frames().comeBack(), AT_ONCE);
	}

	/**
	 * When the connection has to be looked at again, whatever happens until then.
	 */
	@Nullable Deadline deadline() {
		return this.deadline;
	}

	/**
	 * Ends the connection at once, whatever is still unsent.
	 */
	void abort(SseCloseReason reason) {
		Transport transport = this.transport;
		if (transport != null && !this.hasEnded) {
			transport.abort();
		}
		giveUp(reason);
	}

	/**
	 * Ends the connection, of which the container has no end to write.
	 */
	void giveUp(SseCloseReason reason) {
		if (!this.hasEnded) {
			this.shard.givenUp(this);
		}
		Ending ordered = this.closing;
		end((ordered != null) ? ordered.reason() : reason);
	}

	private void end(SseCloseReason reason) {
		if (!this.hasEnded) {
			this.hasEnded = true;
			this.queue.clear();
			this.shard.ended(this);
			this.stream.ended(reason);
		}
	}

	/**
	 * The end that is under way.
	 *
	 * @param reason why
	 * @param farewell the last bytes
	 * @param position the position of the log at which it ends
	 */
	private record Ending(SseCloseReason reason, byte[] farewell, long position) {
	}

}
