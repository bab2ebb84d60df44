package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * What waits for a shard, and how the shard sleeps until something does.
 *
 * @param <C> what signals
 */
final class Mailbox<C extends Mailbox.Sender> {

	/*
	 * A shard that has nothing to do parks: it puts its position into "parkedAt", then
	 * looks once more for events, signals and orders. A publisher appends, then looks at
	 * "parkedAt". One of the two sees the other (all four accesses are volatile). A
	 * publisher that finds the shard parked just before its event, without signals, and
	 * nobody in the index who hears the event, moves the position on itself and wakes
	 * nobody; that can only succeed while the shard stays parked, since the shard takes
	 * the position away when it runs.
	 *
	 * To be woken costs more than a write, and a write more than what is in it. So a
	 * shard that is woken again and again, or does not come to sleep at all, rests for a
	 * moment after each turn, in which nobody wakes it: what comes meanwhile is one turn,
	 * and for each client one write. It does not where a whole turn waits already.
	 */

	/**
	 * After so many short sleeps in a row it rests before each sleep, until one is long.
	 */
	private static final int MAX_SHORT_SLEEPS = 8;

	/** So many orders to close that nobody is concerned by wait for the next turn. */
	static final int MAX_UNSEEN_ORDERS = 64;

	private final EventHistory history;

	/** Whether a connection may belong to an audience. Any thread. */
	private final Predicate<SseAudience> index;

	/** Each connection is in it once at most, but for a start. */
	private final Queue<C> signalled = new ConcurrentLinkedQueue<>();

	private final Queue<Order> orders = new ConcurrentLinkedQueue<>();

	private final AtomicInteger orderCount = new AtomicInteger();

	/** How long it rests, in nanoseconds; and what a short sleep is. */
	private final long rest;

	/** The position while the shard is parked, {@code null} while it runs. */
	private final AtomicReference<@Nullable Cursor> parkedAt = new AtomicReference<>();

	private volatile @Nullable Thread thread;

	private volatile boolean isStopping;

	/** How many of the last sleeps were short. Used by the shard's thread. */
	private int shortSleeps;

	Mailbox(EventHistory history, Predicate<SseAudience> index, Duration rest) {
		this.history = history;
		this.index = index;
		this.rest = rest.toNanos();
	}

	// Any thread

	/**
	 * Tells the shard something.
	 * @param signals what, in bits that the shard takes together
	 */
	void signal(C sender, int signals) {
		if (Sender.SIGNALS.getAndUpdate(sender, (before) -> before | signals) == 0) {
			deliver(sender);
		}
	}

	/**
	 * Has the shard look at a sender.
	 */
	void deliver(C sender) {
		this.signalled.add(sender);
		wake();
	}

	/**
	 * An event was appended to the log. Called in the order of the log.
	 */
	void appended(HistoryEntry entry) {
		Cursor at = this.parkedAt.get();
		while (at != null) {
			if (at.position() != entry.position() - 1 || !this.signalled.isEmpty()
					|| this.index.test(entry.audience())) {
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
	 * An order to close came between two events of the log. Called in its order.
	 */
	void order(Order order) {
		this.orders.add(order);
		if (this.orderCount.incrementAndGet() > MAX_UNSEEN_ORDERS || !this.signalled.isEmpty() || order.isForEveryone()
				|| this.index.test(order.audience())) {
			wake();
		}
	}

	int orderCount() {
		return this.orderCount.get();
	}

	/**
	 * The position of the shard.
	 * @param running its position while it runs
	 */
	Cursor position(Cursor running) {
		Cursor parked = this.parkedAt.get();
		return (parked != null) ? parked : running;
	}

	boolean isParked() {
		return this.parkedAt.get() != null;
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	void stop() {
		this.isStopping = true;
		wake();
	}

	boolean isStopping() {
		return this.isStopping;
	}

	void wake() {
		Thread thread = this.thread;
		if (thread != null && this.parkedAt.get() != null) {
			LockSupport.unpark(thread);
		}
	}

	// The shard's thread

	void open() {
		this.thread = Thread.currentThread();
	}

	boolean hasMail() {
		return !this.signalled.isEmpty() || !this.orders.isEmpty();
	}

	@Nullable C pollSignalled() {
		return this.signalled.poll();
	}

	@Nullable Order pollOrder() {
		Order order = this.orders.poll();
		if (order != null) {
			this.orderCount.decrementAndGet();
		}
		return order;
	}

	/**
	 * Sleeps until there is something to do.
	 * @param cursor the position of the shard
	 * @param until the time at which it wakes, if it has connections
	 */
	void park(Cursor cursor, boolean hasConnections, long until, LongSupplier nanoTime) {
		if (this.shortSleeps == MAX_SHORT_SLEEPS && backlog(cursor) < Shard.MAX_EVENTS) {
			LockSupport.parkNanos(this, this.rest);
		}
		long since = nanoTime.getAsLong();
		long now = since;
		this.parkedAt.set(cursor);
		while (!this.isStopping && hasNothing(cursor)) {
			long left = (hasConnections) ? until - now : Long.MAX_VALUE;
			if (left <= 0) {
				break;
			}
			LockSupport.parkNanos(this, left);
			now = nanoTime.getAsLong();
		}
		this.shortSleeps = (now - since < this.rest) ? Math.min(this.shortSleeps + 1, MAX_SHORT_SLEEPS) : 0;
	}

	private boolean hasNothing(Cursor cursor) {
		return !hasMail() && backlog(position(cursor)) == 0;
	}

	private long backlog(Cursor at) {
		return this.history.tail().position() - at.position();
	}

	/**
	 * Goes on after sleeping.
	 * @param cursor the position of the shard when it went to sleep
	 * @return its position
	 */
	Cursor resume(Cursor cursor) {
		Cursor after = this.parkedAt.getAndSet(null);
		return (after != null) ? after : cursor;
	}

	/**
	 * What signals.
	 */
	abstract static class Sender {

		private static final AtomicIntegerFieldUpdater<Sender> SIGNALS = AtomicIntegerFieldUpdater
			.newUpdater(Sender.class, "signals");

		private volatile int signals;

		/**
		 * Notes signals without telling the shard.
		 */
		final void note(int signals) {
			SIGNALS.getAndUpdate(this, (before) -> before | signals);
		}

		final int takeSignals() {
			return SIGNALS.getAndSet(this, 0);
		}

	}

}
