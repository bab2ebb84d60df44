package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fault that comes again and again from filling the log: it is told at once when
 * it is new, and at most once a minute after it, with the number of those between.
 *
 * @since 0.1.0
 */
public final class FaultLog {

	/**
	 * How many faults are known again: a fault is not to hold what is different each
	 * time.
	 */
	private static final int MAX_FAULTS = 100;

	private static final String OTHERS = "";

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier nanoTime;

	/** By the fault, and one for all others. */
	@GuardedBy("this")
	private final Map<String, Told> told = new HashMap<>();

	/**
	 * Creates a log of faults.
	 * @param nanoTime a clock that cannot jump
	 */
	public FaultLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Somebody else does what is refused.
	 * @param logger tells it
	 * @param fault one of a few texts, by which it is known again
	 */
	public void warn(Log logger, String fault) {
		Integer others = others(fault);
		if (others == null) {
			logger.debug(fault);
		}
		else {
			logger.warn(fault + suffix(others));
		}
	}

	private static String suffix(int others) {
		return (others > 0) ? " (and " + others + " times more since this was told last)" : "";
	}

	/**
	 * A fault has happened.
	 * @param logger tells it
	 * @param fault one of a few texts, by which it is known again
	 * @param details what is different each time
	 */
	public void error(Log logger, String fault, String details, @Nullable Throwable cause) {
		try {
			tell(logger, fault, details, cause);
		}
		catch (RuntimeException | Error ex) {
			// No log, or no memory for it: whoever tells of a fault has to go on
		}
	}

	/**
	 * Makes a task that tells of its failure, and goes on: what is run on a schedule and
	 * throws is never run again.
	 */
	public Runnable telling(Log logger, String fault, Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				// Any, since Kotlin's lambdas throw what they like
				error(logger, fault, "", ex);
			}
		};
	}

	private void tell(Log logger, String fault, String details, @Nullable Throwable cause) {
		Integer others = others(fault);
		if (others == null) {
			logger.debug(fault + details, cause);
		}
		else {
			logger.error(fault + details + suffix(others), cause);
		}
	}

	/**
	 * How often it happened and was not told, {@code null} to tell nothing now.
	 */
	private synchronized @Nullable Integer others(String text) {
		long now = this.nanoTime.getAsLong();
		String fault = (this.told.size() < MAX_FAULTS || this.told.containsKey(text)) ? text : OTHERS;
		Told last = this.told.get(fault);
		if (last != null && now - last.at < PAUSE) {
			this.told.put(fault, new Told(last.at, last.others + 1));
			return null;
		}
		this.told.put(fault, new Told(now, 0));
		return (last != null) ? last.others : 0;
	}

	/**
	 * When a fault was told last.
	 *
	 * @param at the time
	 * @param others how often it has happened since
	 */
	private record Told(long at, int others) {
	}

}
