package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Tells in the log of what happens over and over: the first time, and then once a minute,
 * with the number of those between.
 *
 * @since 0.1.0
 */
public final class FaultLog {

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final Log logger;

	private final LongSupplier nanoTime;

	/** Guarded by this. */
	private boolean isTold;

	/** Guarded by this. */
	private long toldAt;

	/** Guarded by this. How many were not told of since. */
	private int others;

	/**
	 * Creates a log.
	 * @param logger where it is told
	 * @param nanoTime a clock that cannot jump
	 */
	public FaultLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
	}

	/**
	 * Tells of a fault of this node, as an error.
	 * @param message what has happened
	 * @param cause why, {@code null} for none
	 */
	public void tell(String message, @Nullable Throwable cause) {
		int others = others();
		if (others < 0) {
			this.logger.debug(message, cause);
		}
		else {
			this.logger.error(message + suffix(others), cause);
		}
	}

	/**
	 * Tells of what somebody else does, as a warning.
	 * @param message what has happened
	 */
	public void warn(String message) {
		int others = others();
		if (others < 0) {
			this.logger.debug(message);
		}
		else {
			this.logger.warn(message + suffix(others));
		}
	}

	private static String suffix(int others) {
		return (others > 0) ? " (and " + others + " times more since the last time that this was told)" : "";
	}

	/**
	 * How many were not told of, negative to tell nothing now.
	 */
	private synchronized int others() {
		long now = this.nanoTime.getAsLong();
		if (this.isTold && now - this.toldAt < PAUSE) {
			this.others++;
			return -1;
		}
		int others = this.others;
		this.isTold = true;
		this.toldAt = now;
		this.others = 0;
		return others;
	}

}
