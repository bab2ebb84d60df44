package io.github.ssestarter.fanout;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How far one connection has come, for whoever looks at it. Written by its shard's thread
 * only, without the cost of being seen at once.
 */
final class Progress {

	private static final AtomicLongFieldUpdater<Progress> BYTES = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"bytes");

	private static final AtomicLongFieldUpdater<Progress> LAST_WRITE = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"lastWrite");

	private static final AtomicLongFieldUpdater<Progress> LAGGING_AT = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"laggingAt");

	private static final long LIVE = -1;

	private volatile long bytes;

	private volatile long lastWrite;

	private volatile long laggingAt;

	Progress(long now, long start) {
		this.lastWrite = now;
		this.laggingAt = start;
	}

	void set(long bytes, long lastWrite) {
		BYTES.lazySet(this, bytes);
		LAST_WRITE.lazySet(this, lastWrite);
	}

	void lagging(long position) {
		LAGGING_AT.lazySet(this, position);
	}

	void live() {
		lagging(LIVE);
	}

	long bytes() {
		return this.bytes;
	}

	long lastWrite() {
		return this.lastWrite;
	}

	boolean isLagging() {
		return this.laggingAt != LIVE;
	}

	/**
	 * The position up to which a lagging connection is served.
	 */
	long laggingAt() {
		return this.laggingAt;
	}

}
