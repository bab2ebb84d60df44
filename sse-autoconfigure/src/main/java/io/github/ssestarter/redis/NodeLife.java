package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a node says that it is alive, and after which silence it is dead. A dead one
 * is removed only by nodes that have reached Redis for a while: after an outage of Redis
 * all have been silent.
 */
final class NodeLife {

	private final Duration timeout;

	private final LongSupplier nanoTime;

	private boolean isReached;

	private long reachedSince;

	private long last;

	private boolean hasAsked;

	private long askedAt;

	NodeLife(Duration timeout, LongSupplier nanoTime) {
		this.timeout = timeout;
		this.nanoTime = nanoTime;
	}

	Duration renewal() {
		return this.timeout.dividedBy(5);
	}

	/**
	 * Together with the time until the next renewal of another node, which finds out, not
	 * more than the time-out.
	 */
	Duration deadAfter() {
		return this.timeout.multipliedBy(7).dividedBy(10);
	}

	/**
	 * The node has told Redis that it is alive.
	 */
	void told() {
		long now = this.nanoTime.getAsLong();
		if (!this.isReached || now - this.last > 2 * renewal().toNanos()) {
			this.isReached = true;
			this.reachedSince = now;
		}
		this.last = now;
	}

	/**
	 * Whether it is time to ask what costs more, once between two renewals.
	 */
	boolean asksForMore() {
		long now = this.nanoTime.getAsLong();
		if (this.hasAsked && now - this.askedAt < renewal().toNanos() / 2) {
			return false;
		}
		this.hasAsked = true;
		this.askedAt = now;
		return true;
	}

	void failed() {
		this.isReached = false;
	}

	boolean mayRemoveDead() {
		return this.isReached && this.last - this.reachedSince >= this.timeout.dividedBy(2).toNanos();
	}

}
