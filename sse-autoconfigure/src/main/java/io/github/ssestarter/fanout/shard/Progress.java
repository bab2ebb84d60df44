package io.github.ssestarter.fanout.shard;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.notice.StreamLog;

/**
 * How far one stream has come, through both its lives, up to how it ends. The figures are
 * written under the stream's lock while it is attached, and then by its shard's thread
 * only; not with the cost of being seen at once.
 */
public final class Progress {

	private static final AtomicLongFieldUpdater<Progress> BYTES = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"bytes");

	private static final AtomicLongFieldUpdater<Progress> LAST_WRITE = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"lastWrite");

	private static final AtomicLongFieldUpdater<Progress> LAGGING_AT = AtomicLongFieldUpdater.newUpdater(Progress.class,
			"laggingAt");

	private static final AtomicReferenceFieldUpdater<Progress, @Nullable End> END = AtomicReferenceFieldUpdater
		.newUpdater(Progress.class, End.class, "end");

	/** The position of a connection that does not lag. */
	static final long LIVE = -1;

	private volatile long bytes;

	private volatile long lastWrite;

	private volatile long laggingAt = LIVE;

	/** Beside what each write changes, since each write looks at it. */
	private volatile @Nullable End end;

	/**
	 * A stream begins.
	 * @param now the time
	 */
	public Progress(long now) {
		this.lastWrite = now;
	}

	/**
	 * How the stream ends. Any thread.
	 * @return what is decided, {@code null} while the stream goes on
	 */
	public @Nullable End end() {
		return this.end;
	}

	/**
	 * Decides how the stream ends, unless that is decided. Any thread.
	 * @return what is decided
	 */
	public End decide(End end) {
		return (END.compareAndSet(this, null, end)) ? end : Objects.requireNonNull(this.end);
	}

	/**
	 * Something was written.
	 */
	public void wrote(long more, long now) {
		BYTES.lazySet(this, this.bytes + more);
		writes(now);
	}

	/**
	 * Something is about to be written.
	 */
	public void writes(long now) {
		LAST_WRITE.lazySet(this, now);
	}

	/**
	 * A turn of the shard is over.
	 * @param written how many bytes were written
	 * @param position the position that it has come to, {@link #LIVE} if it does not lag
	 */
	void turned(long written, long now, long position) {
		if (written > 0) {
			wrote(written, now);
		}
		lagging(position);
	}

	/**
	 * Has come to a position.
	 * @param position the position, {@link #LIVE} if it does not lag
	 */
	void lagging(long position) {
		LAGGING_AT.lazySet(this, position);
	}

	/**
	 * Tells in the log if the connection begins to lag, or has caught up.
	 * @param position its position, {@link #LIVE} if it does not lag
	 */
	void log(long position, String clientId) {
		if (position == LIVE && isLagging()) {
			StreamLog.live(clientId);
		}
		else if (position != LIVE && !isLagging()) {
			StreamLog.lagging(clientId, position);
		}
	}

	public long bytes() {
		return this.bytes;
	}

	public long lastWrite() {
		return this.lastWrite;
	}

	public boolean isLagging() {
		return this.laggingAt != LIVE;
	}

	/**
	 * The position up to which a lagging connection is served.
	 */
	public long laggingAt() {
		return this.laggingAt;
	}

}
