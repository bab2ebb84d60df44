package io.github.ssestarter.servlet;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.NoRoomException;
import io.github.ssestarter.fanout.NoRoomException.Limit;

/**
 * Tells in the log that streams are refused: at the first for a limit, and at most once a
 * minute after it, with their number.
 */
final class RefusalLog {

	private static final Log logger = LogFactory.getLog(RefusalLog.class);

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier nanoTime;

	/** Guarded by this. */
	private final Map<Limit, Told> told = new EnumMap<>(Limit.class);

	RefusalLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void refused(NoRoomException refusal) {
		Integer others = others(refusal.getLimit());
		if (others == null) {
			logger.debug(refusal.getMessage());
		}
		else {
			logger.warn(refusal.getMessage() + ((others > 0) ? " (and " + others + " more were refused before)" : ""));
		}
	}

	/**
	 * How many were refused and not told of, {@code null} to tell nothing now.
	 */
	private synchronized @Nullable Integer others(Limit limit) {
		long now = this.nanoTime.getAsLong();
		Told last = this.told.get(limit);
		if (last != null && now - last.at < PAUSE) {
			this.told.put(limit, new Told(last.at, last.others + 1));
			return null;
		}
		this.told.put(limit, new Told(now, 0));
		return (last != null) ? last.others : 0;
	}

	/**
	 * When the last was told.
	 *
	 * @param at the time
	 * @param others how many were refused since
	 */
	private record Told(long at, int others) {
	}

}
