package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;

/**
 * What waits to be published, in order, numbered, and bounded.
 */
final class Backlog {

	/** What is appended at once. */
	private static final int BATCH_MESSAGES = 256;

	private static final int BATCH_BYTES = 64 * 1024;

	private final RedisSettings.Backlog limits;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	/** Something waits, or nothing more will come. */
	private final Condition work = this.lock.newCondition();

	/** There is room again. */
	private final Condition room = this.lock.newCondition();

	@GuardedBy("this.lock")
	private final Deque<Waiting> waiting = new ArrayDeque<>();

	@GuardedBy("this.lock")
	private long bytes;

	@GuardedBy("this.lock")
	private long next;

	@GuardedBy("this.lock")
	private boolean isClosed;

	Backlog(RedisSettings.Backlog limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
	}

	/**
	 * Takes a message.
	 * @return its future, {@code null} if there is no room or the backlog is closed
	 */
	@Nullable CompletableFuture<EventId> offer(byte[] message) {
		this.lock.lock();
		try {
			if (this.isClosed || isFull()) {
				return null;
			}
			Waiting added = new Waiting(this.next++, message, this.nanoTime.getAsLong(), new CompletableFuture<>());
			this.waiting.add(added);
			this.bytes += message.length;
			this.work.signal();
			return added.future();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** A single message may be larger than the limit. */
	@GuardedBy("this.lock")
	private boolean isFull() {
		return this.waiting.size() >= this.limits.messages() || this.bytes >= this.limits.bytes();
	}

	/**
	 * Who waits is let in when a quarter is free, so that none of many finds it taken.
	 */
	@GuardedBy("this.lock")
	private boolean hasRoomForMany() {
		return this.waiting.size() <= this.limits.messages() / 4 * 3 && this.bytes <= this.limits.bytes() / 4 * 3;
	}

	boolean awaitRoom(Duration timeout) {
		this.lock.lock();
		try {
			if (!isFull()) {
				return true;
			}
			long left = timeout.toNanos();
			while (!this.isClosed && !hasRoomForMany()) {
				if (left <= 0) {
					return !isFull();
				}
				left = this.room.awaitNanos(left);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for something to publish.
	 * @return whether there is something; not if the backlog is closed and empty
	 */
	boolean awaitWork() {
		this.lock.lock();
		try {
			while (this.waiting.isEmpty() && !this.isClosed) {
				this.work.awaitUninterruptibly();
			}
			return !this.waiting.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The oldest messages, as many as are appended at once. They stay in the backlog.
	 */
	List<Waiting> batch() {
		List<Waiting> batch = new ArrayList<>();
		long size = 0;
		this.lock.lock();
		try {
			for (Waiting message : this.waiting) {
				size += message.bytes().length;
				if (batch.size() == BATCH_MESSAGES || (size > BATCH_BYTES && !batch.isEmpty())) {
					break;
				}
				batch.add(message);
			}
		}
		finally {
			this.lock.unlock();
		}
		return batch;
	}

	/**
	 * The messages that have waited for too long: the oldest.
	 */
	List<Waiting> olderThan(Duration age) {
		List<Waiting> old = new ArrayList<>();
		long now = this.nanoTime.getAsLong();
		this.lock.lock();
		try {
			for (Waiting message : this.waiting) {
				if (now - message.since() <= age.toNanos()) {
					break;
				}
				old.add(message);
			}
		}
		finally {
			this.lock.unlock();
		}
		return old;
	}

	/**
	 * The oldest message is in the log, or given up: it waits no more.
	 */
	void remove(Waiting oldest) {
		this.lock.lock();
		try {
			this.waiting.remove(oldest);
			this.bytes -= oldest.bytes().length;
			if (hasRoomForMany()) {
				this.room.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes nothing more.
	 */
	void close() {
		this.lock.lock();
		try {
			this.isClosed = true;
			this.work.signalAll();
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isClosed() {
		this.lock.lock();
		try {
			return this.isClosed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A message that waits.
	 *
	 * @param number its number
	 * @param bytes the message
	 * @param since when it came
	 * @param future who waits for its place
	 */
	record Waiting(long number, byte[] bytes, long since, CompletableFuture<EventId> future) {

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return Long.hashCode(this.number);
		}

	}

}
