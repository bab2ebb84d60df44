package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where publishers wait for the slowest shard.
 */
final class Backlog {

	private final BooleanSupplier hasRoom;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition progress = this.lock.newCondition();

	/** Changed under the lock. */
	private volatile int waiting;

	Backlog(BooleanSupplier hasRoom) {
		this.hasRoom = hasRoom;
	}

	boolean hasRoom() {
		return this.hasRoom.getAsBoolean();
	}

	/**
	 * Waits until the shards have come far enough.
	 * @return whether they have; not if the time ran out, or the thread was interrupted
	 */
	boolean await(Duration timeout) {
		if (this.hasRoom.getAsBoolean()) {
			return true;
		}
		this.lock.lock();
		this.waiting++;
		try {
			long left = timeout.toNanos();
			while (!this.hasRoom.getAsBoolean()) {
				if (left <= 0) {
					return false;
				}
				left = this.progress.awaitNanos(left);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.waiting--;
			this.lock.unlock();
		}
	}

	/**
	 * A shard has come further.
	 */
	void progressed() {
		if (this.waiting > 0) {
			this.lock.lock();
			try {
				this.progress.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

}
