package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * Owns a share of the connections: finds for each event of the log who hears it, and is
 * the only one who writes to them. One thread at a time runs it.
 */
final class Shard {

	/*
	 * A turn takes a snapshot of the log's tail and of the orders to close, THEN the
	 * signals of connections, THEN the orders and the events up to the snapshot. So
	 * whoever joins and then publishes hears it, and whoever joins before an order is
	 * found by it: the signal was there before the event, or the order, was.
	 *
	 * How a shard sleeps and wakes is told in Mailbox.
	 */

	/** How many events of the log are handed out in one turn. */
	static final int MAX_EVENTS = 1024;

	/** To write to a stream takes as long as to look at so many events. */
	private static final int LOOKS_OF_WRITE = 64;

	/** How long a shard that has connections sleeps at most, in nanoseconds. */
	private static final long MAX_SLEEP = TimeUnit.SECONDS.toNanos(1);

	/** So that turns which always fail leave the processor to others. */
	private static final long FAULT_REST = TimeUnit.MILLISECONDS.toNanos(50);

	private static final Log logger = LogFactory.getLog(Shard.class);

	private final EventHistory history;

	private final FaultLog faults;

	private final LongSupplier nanoTime;

	/** Told at the end of each turn. */
	private final Runnable progressed;

	private final ShardIndex<Connection> index;

	private final Mailbox<Connection> mailbox;

	/** Written by the shard's thread. */
	private volatile Cursor cursor;

	/** When the shard was last seen at work. Written by its thread. */
	private volatile long turnedAt;

	// The shard's thread only, from here on

	private final Turn turn;

	private final Timers timers;

	/** To be written to in this turn, each once. */
	private final List<Connection> toPump = new ArrayList<>();

	/** Those that this turn carries out. */
	private final Queue<Order> orders = new ArrayDeque<>();

	/**
	 * Those that lag and could read on, in the order in which they do, each once. They
	 * stay in it for as many turns as it takes.
	 */
	private final Queue<Connection> lagging = new ArrayDeque<>();

	private final Consumer<Connection> pump = this::pump;

	private final BiConsumer<Connection, HistoryEntry> deliver = this::deliver;

	private final Consumer<Timer> look = this::look;

	/** When the history is looked through next. */
	private long nextExpiry;

	Shard(Turn turn, FaultLog faults, LongSupplier nanoTime, Runnable progressed) {
		this.turn = turn;
		this.history = turn.history();
		this.faults = faults;
		this.nanoTime = nanoTime;
		this.progressed = progressed;
		this.index = new ShardIndex<>(this.history.patterns());
		this.mailbox = new Mailbox<>(this.history, this::concerns, turn.settings().rest());
		this.cursor = turn.position();
		long now = nanoTime.getAsLong();
		this.timers = new Timers(now);
		this.nextExpiry = now;
		this.turnedAt = now;
	}

	// Any thread

	/**
	 * Makes a connection of this shard.
	 */
	Connection connect(ConnectionOwner owner, Subscription subscription, Progress progress, StreamOptions options,
			Opening opening) {
		PrivateQueue queue = new PrivateQueue(this.turn.settings().bufferSize());
		Feed feed = new Feed(this.history, subscription, queue, opening.start().cursor());
		return new Connection(this.mailbox, feed, queue, owner, subscription, progress, options, opening);
	}

	/**
	 * Whether a connection of this shard may belong to an audience.
	 */
	private boolean concerns(SseAudience audience) {
		return this.index.hears(audience);
	}

	Mailbox<Connection> mailbox() {
		return this.mailbox;
	}

	/**
	 * How far the shard is behind the log.
	 * @return the number of events
	 */
	long backlogEvents() {
		return this.history.tail().position() - position().position();
	}

	/**
	 * How far the shard is behind the log.
	 * @return the number of bytes
	 */
	long backlogBytes() {
		return this.history.bytesAfter(position().position());
	}

	private Cursor position() {
		return this.mailbox.position(this.cursor);
	}

	/**
	 * Whether the shard should have turned and has not: it is at work for too long, it
	 * sleeps although it has streams, or its thread is gone. One that is parked and has
	 * nobody to serve may sleep for ever.
	 */
	boolean isStalled(long now, Duration limit) {
		Thread thread = this.mailbox.thread();
		if (thread == null || this.mailbox.isStopping()) {
			return false;
		}
		boolean isExpected = !this.mailbox.isParked() || this.index.size() > 0;
		return !thread.isAlive() || (isExpected && now - this.turnedAt >= limit.toNanos());
	}

	/**
	 * The name of the shard's thread.
	 */
	String name() {
		Thread thread = this.mailbox.thread();
		return (thread != null) ? thread.getName() : "not started";
	}

	int connectionCount() {
		return this.index.size();
	}

	// The shard's thread

	/**
	 * Turns until the shard is stopped.
	 */
	void run() {
		this.mailbox.open();
		while (!this.mailbox.isStopping()) {
			try {
				turn();
				park();
			}
			catch (RuntimeException | Error ex) {
				this.faults.error(logger, "A turn of the engine failed; it goes on", "", ex);
				LockSupport.parkNanos(this, FAULT_REST);
			}
		}
		endAll();
	}

	private void endAll() {
		for (Connection connection : this.index.all()) {
			connection.abort(End.of(SseCloseReason.SHUTDOWN));
		}
		Connection connection = this.mailbox.pollSignalled();
		while (connection != null) {
			connection.abort(End.of(SseCloseReason.SHUTDOWN));
			connection = this.mailbox.pollSignalled();
		}
	}

	private void park() {
		if (!this.lagging.isEmpty()) {
			return;
		}
		boolean hasConnections = this.index.size() > 0;
		long until = earlier(this.nextExpiry, this.timers.next());
		this.mailbox.park(this.cursor, hasConnections, until, this.nanoTime);
		this.turnedAt = this.nanoTime.getAsLong();
		this.cursor = this.mailbox.resume(this.cursor);
	}

	private static long earlier(long one, long other) {
		return (one - other <= 0) ? one : other;
	}

	/**
	 * One turn: signals, orders, events, the clock, and writes.
	 * @return whether there is more to do at once
	 */
	boolean turn() {
		long now = this.nanoTime.getAsLong();
		this.turnedAt = now;
		if (!this.turn.isEmpty()) {
			lagAfterFailure();
		}
		this.turn.begin(this.cursor, now, StreamLog.isEnabled());
		long target = Math.min(this.history.tail().position(), this.cursor.position() + MAX_EVENTS);
		takeOrders();
		takeSignals();
		carryOutOrders();
		handOut(target);
		watch(now);
		for (Connection connection : this.toPump) {
			doSafely(connection, this.pump);
		}
		this.toPump.clear();
		readPast();
		this.turn.end();
		this.turn.tally().tell(this.nanoTime);
		this.progressed.run();
		return this.mailbox.hasMail() || !this.lagging.isEmpty()
				|| this.history.tail().position() > this.cursor.position();
	}

	/**
	 * What the turn before has handed out, and did not come to write, is found again in
	 * the history.
	 */
	private void lagAfterFailure() {
		for (Connection connection : this.index.all()) {
			if (connection.feed().lagIfDue(this.turn)) {
				queue(connection);
			}
		}
		this.turn.end();
	}

	private void takeOrders() {
		Order order = this.mailbox.pollOrder();
		while (order != null) {
			this.orders.add(order);
			order = this.mailbox.pollOrder();
		}
	}

	private void takeSignals() {
		Connection connection = this.mailbox.pollSignalled();
		while (connection != null) {
			boolean isTaken = connection.transport() != null && !connection.hasEnded();
			int signals = (isTaken) ? connection.takeSignals() : 0;
			if (signals != 0) {
				take(connection, signals);
			}
			connection = this.mailbox.pollSignalled();
		}
	}

	private void take(Connection connection, int signals) {
		doSafely(connection, (one) -> {
			if (one.take(signals, this.turn)) {
				this.index.update(one);
			}
		});
		if (!connection.hasEnded()) {
			queue(connection);
		}
	}

	/**
	 * Does something with one connection: what fails with it ends it, and harms no other.
	 */
	private void doSafely(Connection connection, Consumer<Connection> action) {
		try {
			action.accept(connection);
		}
		catch (RuntimeException | Error ex) {
			connection.abort(End.of(SseCloseReason.FAILED));
			StreamLog.with(connection.subscription().clientId(),
					() -> this.faults.error(logger, "A stream failed and is closed", "", ex));
		}
		if (connection.hasEnded()) {
			this.index.remove(connection);
			this.timers.cancel(connection.timeouts());
		}
	}

	private void carryOutOrders() {
		Order order = this.orders.peek();
		while (order != null) {
			if (order.isForEveryone()) {
				for (Connection connection : this.index.all()) {
					carryOut(connection, order);
				}
			}
			else {
				this.index.forEach(order.audience(), order, this::carryOut);
			}
			this.orders.remove();
			order = this.orders.peek();
		}
	}

	private void carryOut(Connection connection, Order order) {
		if (this.turn.listener().isClosed(connection.subscription(), order.audience(), order.time())
				&& order.concerns(connection.subscription())) {
			connection.order(order.end());
			queue(connection);
		}
	}

	private void handOut(long target) {
		while (this.cursor.position() < target) {
			HistoryEntry entry = this.history.after(this.cursor.position());
			if (entry == null || entry.position() != this.cursor.position() + 1) {
				jump(entry);
			}
			else {
				this.turn.add(entry);
				this.index.forEach(entry.audience(), entry, this.deliver);
				reached(entry.cursor());
			}
		}
	}

	private void reached(Cursor cursor) {
		this.cursor = cursor;
		this.turn.reached(cursor);
	}

	private void deliver(Connection connection, HistoryEntry entry) {
		if (connection.deliver(entry, this.turn)) {
			queue(connection);
		}
	}

	private void queue(Connection connection) {
		if (!connection.queue()) {
			return;
		}
		if (connection.feed().isLive()) {
			this.toPump.add(connection);
		}
		else {
			this.lagging.add(connection);
		}
	}

	/**
	 * Writes to those that lag, as long as this turn may: who hears what is new is not to
	 * wait for what others have missed.
	 */
	private void readPast() {
		this.turn.extendPast(this.lagging.size());
		for (int i = this.lagging.size(); i > 0 && this.turn.mayReadPast(); i--) {
			doSafely(this.lagging.remove(), this.pump);
			this.turn.spendPast(LOOKS_OF_WRITE);
		}
	}

	/**
	 * Goes on after events that were evicted before the shard came to them.
	 */
	private void jump(@Nullable HistoryEntry next) {
		for (Connection connection : this.index.all()) {
			connection.feed().lag(this.turn);
			queue(connection);
		}
		reached((next != null) ? this.history.placeBefore(next) : this.history.evictedUpTo());
	}

	/**
	 * Looks at the clock, for whom it is time.
	 */
	private void watch(long now) {
		if (now - this.nextExpiry >= 0) {
			this.nextExpiry = now + MAX_SLEEP;
			this.history.expire();
		}
		this.timers.expire(now, this.look);
	}

	@SuppressWarnings("unchecked")
	private void look(Timer timer) {
		Connection connection = ((Timeouts<Connection>) timer).connection();
		doSafely(connection, (one) -> {
			if (one.look(this.turn)) {
				queue(one);
			}
			else if (!one.hasEnded()) {
				one.schedule(this.timers, this.turn);
			}
		});
	}

	private void pump(Connection connection) {
		boolean isChanged = connection.pump(this.turn);
		if (connection.hasEnded()) {
			return;
		}
		if (connection.hasMore()) {
			queue(connection);
		}
		if (isChanged) {
			this.index.update(connection);
		}
		connection.schedule(this.timers, this.turn);
	}

}
