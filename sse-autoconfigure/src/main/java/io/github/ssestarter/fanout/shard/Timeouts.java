package io.github.ssestarter.fanout.shard;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * When one connection has to be looked at, though nothing happens to it: its heartbeat,
 * the time that its client has to take a write, and its deadline. Owned by the
 * connection's shard.
 *
 * @param <C> the connection
 */
final class Timeouts<C> extends Timer {

	/** A connection is looked at this often at least, in nanoseconds. */
	private static final long MAX_PAUSE = Duration.ofHours(1).toNanos();

	/** How long a replaced one takes for its last bytes at most. */
	private static final Duration REPLACED_TIMEOUT = Duration.ofMillis(200);

	/** How often it is looked whether the application has decided, in nanoseconds. */
	private static final long DECISION_PAUSE = Duration.ofSeconds(1).toNanos();

	private final C connection;

	/** In nanoseconds, 0 for never. */
	private final long heartbeatInterval;

	private final Progress progress;

	private @Nullable Deadline deadline;

	private boolean isReplaced;

	private boolean isBlocked;

	private long blockedSince;

	Timeouts(C connection, Duration heartbeatInterval, Progress progress) {
		this.connection = connection;
		this.heartbeatInterval = heartbeatInterval.toNanos();
		this.progress = progress;
	}

	C connection() {
		return this.connection;
	}

	/**
	 * The connection begins.
	 * @param loginEnd when its user's login ends, {@code null} if that is not known
	 */
	void begin(@Nullable Deadline loginEnd, Turn turn) {
		this.progress.writes(turn.now());
		this.deadline = loginEnd;
		Duration lifetime = turn.settings().maxLifetime();
		if (lifetime != null) {
			long end = turn.now() + lifetime.toNanos() - turn.random().nextLong(lifetime.toNanos() / 10 + 1);
			this.deadline = Deadline.earlier(loginEnd, new Deadline(end, SseCloseReason.MAX_LIFETIME));
		}
	}

	/**
	 * The connection sends its last bytes.
	 */
	void ending(SseCloseReason reason, Turn turn) {
		Duration timeout = turn.settings().endTimeout();
		boolean isReplaced = this.isReplaced || reason == SseCloseReason.REPLACED;
		if (isReplaced && timeout.compareTo(REPLACED_TIMEOUT) > 0) {
			timeout = REPLACED_TIMEOUT;
		}
		this.deadline = new Deadline(turn.now() + timeout.toNanos(), reason);
	}

	/**
	 * The client's newer stream has the place of the connection, which ends for another
	 * reason.
	 * @param isEnding whether it sends its last bytes
	 */
	void replaced(boolean isEnding, Turn turn) {
		this.isReplaced = true;
		Deadline deadline = this.deadline;
		if (isEnding && deadline != null) {
			ending(deadline.reason(), turn);
			this.deadline = Deadline.earlier(deadline, this.deadline);
		}
	}

	/**
	 * Whether the transport could not take all, unless it could not before either.
	 */
	void setBlocked(boolean isBlocked, Turn turn) {
		this.blockedSince = (this.isBlocked) ? this.blockedSince : turn.now();
		this.isBlocked = isBlocked;
	}

	/**
	 * Whether the client has not taken a write for too long.
	 */
	boolean isWriteOverdue(Turn turn) {
		return this.isBlocked && turn.now() - this.blockedSince >= turn.settings().writeTimeout().toNanos();
	}

	/**
	 * The reason of the deadline, once it is over; {@code null} else.
	 */
	@Nullable SseCloseReason takeOver(Turn turn) {
		Deadline deadline = this.deadline;
		if (deadline == null || !deadline.isOver(turn.now())) {
			return null;
		}
		this.deadline = null;
		return deadline.reason();
	}

	boolean isHeartbeatDue(Turn turn) {
		long interval = heartbeatInterval(turn);
		return interval > 0 && turn.now() - this.progress.lastWrite() >= interval;
	}

	private long heartbeatInterval(Turn turn) {
		return (this.isBlocked) ? 0 : this.progress.heartbeatInterval(this.heartbeatInterval, turn.now());
	}

	/**
	 * When the connection has to be looked at again, whatever happens until then. What is
	 * written puts it off, which is found out at that time.
	 * @param isWaiting whether it waits for the application
	 */
	long next(boolean isWaiting, Turn turn) {
		long next = turn.now() + MAX_PAUSE;
		long writeTimeout = turn.settings().writeTimeout().toNanos();
		if (this.isBlocked) {
			next = earlier(next, this.blockedSince + writeTimeout);
		}
		long interval = heartbeatInterval(turn);
		if (interval > 0) {
			next = earlier(next, this.progress.lastWrite() + interval);
		}
		if (isWaiting) {
			next = earlier(next, turn.now() + Math.min(DECISION_PAUSE, writeTimeout / 8));
		}
		return (this.deadline != null) ? earlier(next, this.deadline.at()) : next;
	}

	private static long earlier(long one, long other) {
		return (one - other <= 0) ? one : other;
	}

}
