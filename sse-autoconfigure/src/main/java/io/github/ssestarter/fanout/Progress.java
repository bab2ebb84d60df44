package io.github.ssestarter.fanout;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How far one stream has come, through both its lives, for whoever looks at it. Written
 * under the stream's lock while it is attached, and then by its shard's thread only; not
 * with the cost of being seen at once.
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

	private volatile long laggingAt = LIVE;

	Progress(long now) {
		this.lastWrite = now;
	}

	void wrote(long more) {
		BYTES.lazySet(this, this.bytes + more);
	}

	void writes(long now) {
		LAST_WRITE.lazySet(this, now);
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
