package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * Owns a share of the connections: finds for each event of the log who hears it, and is
 * the only one who writes to them. One thread at a time runs it.
 */
final class Shard {

	/*
	 * A turn takes a snapshot of the log's tail, THEN the signals of connections, THEN
	 * the events up to the snapshot. So whoever joins and then publishes hears it: the
	 * signal was there before the event was.
	 *
	 * A shard that has nothing to do parks: it puts its position into "parkedAt", then
	 * looks once more for events and signals. A publisher appends, then looks at
	 * "parkedAt". One of the two sees the other (all four accesses are volatile). A
	 * publisher that finds the shard parked just before its event, without signals, and
	 * nobody in the index who hears the event, moves the position on itself and wakes
	 * nobody; that can only succeed while the shard stays parked, since the shard takes
	 * the position away when it runs.
	 */

	/** How many events of the log are handed out in one turn. */
	private static final int MAX_EVENTS = 1024;

	private static final long MAX_TICK = TimeUnit.SECONDS.toNanos(1);

	private static final long MIN_TICK = TimeUnit.MILLISECONDS.toNanos(5);

	/** So that turns which always fail leave the processor to others. */
	private static final long FAULT_REST = TimeUnit.MILLISECONDS.toNanos(50);

	private static final Log logger = LogFactory.getLog(Shard.class);

	private final SseEngine engine;

	private final ShardIndex index;

	/** Each connection is in it once at most, but for a start. */
	private final Queue<Connection> signalled = new ConcurrentLinkedQueue<>();

	/** The position while the shard is parked, {@code null} while it runs. */
	private final AtomicReference<@Nullable Cursor> parkedAt = new AtomicReference<>();

	private volatile @Nullable Thread thread;

	private volatile boolean isStopping;

	/** Written by the shard's thread. */
	private volatile Cursor cursor;

	/** When the shard was last seen at work. Written by its thread. */
	private volatile long turnedAt;

	// The shard's thread only, from here on

	/** To be written to in this turn, each once. */
	private final List<Connection> toPump = new ArrayList<>();

	private final Tally tally;

	private final byte[] scratch = new byte[Transport.LARGEST_WRITE];

	private final Turn turn;

	/** Whether what is sent in this turn is logged. */
	private boolean isLogged;

	private long tick = MAX_TICK;

	private long nextTick;

	private @Nullable Cursor heartbeatCursor;

	private byte[] heartbeat = {};

	Shard(SseEngine engine) {
		this.engine = engine;
		this.index = new ShardIndex(engine.history().patterns());
		this.tally = new Tally(engine.listener());
		this.cursor = engine.history().tail();
		this.turn = new Turn(this.cursor);
		this.nextTick = engine.nanoTime();
		this.turnedAt = this.nextTick;
	}

	EventHistory history() {
		return this.engine.history();
	}

	EngineSettings settings() {
		return this.engine.settings();
	}

	EngineFrames frames() {
		return this.engine.frames();
	}

	RandomGenerator random() {
		return this.engine.random();
	}

	Tally tally() {
		return this.tally;
	}

	byte[] scratch() {
		return this.scratch;
	}

	/**
	 * The position up to which all events were handed out.
	 */
	Cursor cursor() {
		return this.cursor;
	}

	Turn currentTurn() {
		return this.turn;
	}

	/**
	 * The frame of a heartbeat, made once for all that are served up to the same
	 * position.
	 */
	byte[] heartbeat(@Nullable Cursor served) {
		if (this.heartbeat.length == 0 || served != this.heartbeatCursor) {
			this.heartbeat = frames().heartbeat(served);
			this.heartbeatCursor = served;
		}
		return this.heartbeat;
	}

	// Any thread

	void signalled(Connection connection) {
		this.signalled.add(connection);
		wake();
	}

	/**
	 * An event was appended to the log. Called in the order of the log.
	 */
	void appended(HistoryEntry entry) {
		Cursor at = this.parkedAt.get();
		while (at != null) {
			if (at.position() != entry.position() - 1 || !this.signalled.isEmpty()
					|| (entry.isEvent() && this.index.hears(entry.audience()))) {
				wake();
				return;
			}
			if (this.parkedAt.compareAndSet(at, entry.cursor())) {
				return;
			}
			at = this.parkedAt.get();
		}
	}

	/**
	 * How far the shard is behind the log.
	 * @return the number of events
	 */
	long backlogEvents() {
		return history().tail().position() - position().position();
	}

	/**
	 * How far the shard is behind the log.
	 * @return the number of bytes
	 */
	long backlogBytes() {
		return history().bytesAfter(position().position());
	}

	private Cursor position() {
		Cursor parked = this.parkedAt.get();
		return (parked != null) ? parked : this.cursor;
	}

	/**
	 * Whether the shard should have turned and has not: it is at work for too long, it
	 * sleeps although it has streams, or its thread is gone. One that is parked and has
	 * nobody to serve may sleep for ever.
	 */
	boolean isStalled(long now, Duration limit) {
		Thread thread = this.thread;
		if (thread == null || this.isStopping) {
			return false;
		}
		boolean isExpected = this.parkedAt.get() == null || this.index.size() > 0;
		return !thread.isAlive() || (isExpected && now - this.turnedAt >= limit.toNanos());
	}

	/**
	 * The name of the shard's thread.
	 */
	String name() {
		Thread thread = this.thread;
		return (thread != null) ? thread.getName() : "not started";
	}

	void stop() {
		this.isStopping = true;
		wake();
	}

	private void wake() {
		Thread thread = this.thread;
		if (thread != null && this.parkedAt.get() != null) {
			LockSupport.unpark(thread);
		}
	}

	// The shard's thread

	/**
	 * Turns until the shard is stopped.
	 */
	void run() {
		this.thread = Thread.currentThread();
		while (!this.isStopping) {
			try {
				turn();
				park();
			}
			catch (RuntimeException | Error ex) {
				this.engine.faults().error(logger, "A turn of the engine failed; it goes on", "", ex);
				LockSupport.parkNanos(this, FAULT_REST);
			}
		}
		endAll();
	}

	private void endAll() {
		for (Connection connection : this.index.all()) {
			connection.abort(SseCloseReason.SHUTDOWN);
		}
		Connection connection = this.signalled.poll();
		while (connection != null) {
			connection.abort(SseCloseReason.SHUTDOWN);
			connection = this.signalled.poll();
		}
	}

	private void park() {
		Cursor cursor = this.cursor;
		this.parkedAt.set(cursor);
		while (!this.isStopping && this.signalled.isEmpty() && history().tail().position() == position().position()) {
			long left = (this.index.size() > 0) ? this.nextTick - this.engine.nanoTime() : Long.MAX_VALUE;
			if (left <= 0) {
				break;
			}
			LockSupport.parkNanos(this, left);
		}
		this.turnedAt = this.engine.nanoTime();
		Cursor after = this.parkedAt.getAndSet(null);
		this.cursor = (after != null) ? after : cursor;
	}

	/**
	 * One turn: signals, events, writes, and the clock.
	 * @return whether there is more to do at once
	 */
	boolean turn() {
		long now = this.engine.nanoTime();
		this.turnedAt = now;
		if (!this.turn.isEmpty()) {
			lagAfterFailure();
		}
		this.turn.begin(this.cursor);
		this.isLogged = StreamLog.isEnabled();
		long target = Math.min(history().tail().position(), this.cursor.position() + MAX_EVENTS);
		takeSignals(now);
		handOut(target);
		if (now - this.nextTick >= 0) {
			this.nextTick = now + this.tick;
			tick(now);
		}
		for (Connection connection : this.toPump) {
			connection.pump(now);
		}
		this.toPump.clear();
		this.turn.end();
		this.tally.tell(this.engine);
		this.engine.backlog().progressed();
		return !this.signalled.isEmpty() || history().tail().position() > this.cursor.position();
	}

	/**
	 * What the turn before has handed out, and did not come to write, is found again in
	 * the history.
	 */
	private void lagAfterFailure() {
		for (Connection connection : this.index.all()) {
			if (connection.lagIfDue()) {
				queue(connection);
			}
		}
		this.turn.end();
	}

	private void takeSignals(long now) {
		Connection connection = this.signalled.poll();
		while (connection != null) {
			int signals = (connection.hasEnded()) ? 0 : connection.takeSignals();
			if (signals != 0) {
				takeSafely(connection, signals, now);
			}
			connection = this.signalled.poll();
		}
	}

	private void takeSafely(Connection connection, int signals, long now) {
		try {
			take(connection, signals, now);
		}
		catch (RuntimeException | Error ex) {
			connection.abort(SseCloseReason.FAILED);
			failed(connection, ex);
		}
	}

	private void take(Connection connection, int signals, long now) {
		if ((signals & Connection.GONE) != 0) {
			connection.giveUp(SseCloseReason.CLIENT_GONE);
			return;
		}
		if ((signals & Connection.START) != 0) {
			add(connection, now);
		}
		if ((signals & Connection.TOPICS) != 0) {
			this.index.update(connection);
			connection.checkLeftTopics();
		}
		if ((signals & Connection.READY) != 0) {
			connection.unblock();
		}
		queue(connection);
	}

	private void add(Connection connection, long now) {
		this.index.update(connection);
		connection.checkLeftTopics();
		long interval = connection.heartbeatInterval().toNanos();
		long timeout = Math.min(settings().stream().writeTimeout().toNanos(),
				settings().shutdown().timeout().toNanos());
		long shortest = (interval > 0) ? Math.min(interval, timeout) : timeout;
		this.tick = Math.max(MIN_TICK, Math.min(this.tick, shortest / 8));
		connection.begin(now);
		tickBy(now + this.tick);
		tickBy(connection.deadline());
	}

	private void handOut(long target) {
		while (this.cursor.position() < target) {
			HistoryEntry entry = history().get(this.cursor.position() + 1);
			if (entry == null) {
				jump();
			}
			else {
				if (entry.isEvent()) {
					this.turn.add(entry);
					this.index.forEach(entry.audience(), (connection) -> deliver(connection, entry));
				}
				this.cursor = entry.cursor();
			}
		}
	}

	private void deliver(Connection connection, HistoryEntry entry) {
		if (connection.deliver(entry)) {
			queue(connection);
		}
	}

	private void queue(Connection connection) {
		if (!connection.isQueued()) {
			this.toPump.add(connection);
			connection.queued();
		}
	}

	/**
	 * Goes on after events that were evicted before the shard came to them.
	 */
	private void jump() {
		for (Connection connection : this.index.all()) {
			connection.lag();
			queue(connection);
		}
		this.cursor = history().beforeOldest();
	}

	private void tick(long now) {
		history().expire();
		for (Connection connection : this.index.all()) {
			if (connection.forgetLeftTopics()) {
				this.index.update(connection);
			}
			if (connection.tick(now)) {
				queue(connection);
			}
			tickBy(connection.deadline());
		}
	}

	private void tickBy(@Nullable Deadline deadline) {
		if (deadline != null) {
			tickBy(deadline.at());
		}
	}

	private void tickBy(long time) {
		this.nextTick = (time - this.nextTick < 0) ? time : this.nextTick;
	}

	/**
	 * A connection has failed, by a fault of ours or of the container's.
	 */
	void failed(Connection connection, Throwable cause) {
		StreamLog.with(connection.stream().clientId(),
				() -> this.engine.faults().error(logger, "A stream failed and is closed", "", cause));
	}

	boolean isLogged() {
		return this.isLogged;
	}

	/**
	 * Nothing is to be waited for that the container still has to write.
	 */
	void givenUp(Connection connection) {
		this.engine.streams().finished(connection.stream());
	}

	void ended(Connection connection) {
		this.index.remove(connection);
	}

	int connectionCount() {
		return this.index.size();
	}

}
