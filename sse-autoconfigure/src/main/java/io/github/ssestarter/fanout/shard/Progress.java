package io.github.ssestarter.fanout.shard;

import java.time.Duration;
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

	/** How far apart the heartbeats of a probe are, in nanoseconds. */
	private static final long PROBE_INTERVAL = Duration.ofMillis(200).toNanos();

	/**
	 * How long a probe takes, in nanoseconds: long enough for two heartbeats while the
	 * method runs, and for a proxy to tell what it has learned by the first two.
	 */
	private static final long PROBE = Duration.ofMillis(1200).toNanos();

	/** After a probe, how long there is no other, in nanoseconds. */
	private static final long PROBE_REST = Duration.ofSeconds(5).toNanos();

	private volatile long bytes;

	private volatile long lastWrite;

	private volatile long laggingAt = LIVE;

	/** Until when its client is looked for. */
	private volatile long probedUntil;

	/** Beside what each write changes, since each write looks at it. */
	private volatile @Nullable End end;

	/**
	 * A stream begins.
	 * @param now the time
	 */
	public Progress(long now) {
		this.lastWrite = now;
		this.probedUntil = now - PROBE_REST;
	}

	/**
	 * Has heartbeats come soon after each other for a moment, so that a client that has
	 * gone is noticed by a write that fails. Not again for some time: what is full may be
	 * asked for over and over. Any thread.
	 * @return whether it is so, be it by an earlier call
	 */
	public boolean probe(long now) {
		long since = now - this.probedUntil;
		if (since >= PROBE_REST) {
			this.probedUntil = now + PROBE;
		}
		return since < 0 || since >= PROBE_REST;
	}

	/**
	 * How long after a write the next heartbeat is due, in nanoseconds, 0 for never.
	 * @param usual how long if its client is not looked for
	 */
	public long heartbeatInterval(long usual, long now) {
		if (this.probedUntil - now <= 0) {
			return usual;
		}
		return (usual > 0) ? Math.min(usual, PROBE_INTERVAL) : PROBE_INTERVAL;
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
