package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Lets the log go of what is too old, every few seconds. Each node does it.
 */
final class LogTrimmer {

	private static final Log logger = LogFactory.getLog(LogTrimmer.class);

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final Duration maxAge;

	private final LongSupplier nanoTime;

	private long trimmedAt;

	/**
	 * How far this node had read the time before. That stays with all after it: nobody
	 * misses what comes who has read all and has not read on yet.
	 */
	private LogId keep = LogId.ZERO;

	LogTrimmer(Duration maxAge, LongSupplier nanoTime) {
		this.maxAge = maxAge;
		this.nanoTime = nanoTime;
		this.trimmedAt = nanoTime.getAsLong();
	}

	/**
	 * Trims the log if it is time to. A node that may not goes on all the same; other
	 * errors, such as that this is a replica now, ask for another connection.
	 * @param place how far this node has read
	 */
	void trim(RedisLog log, LogId place) {
		long now = this.nanoTime.getAsLong();
		if (now - this.trimmedAt < INTERVAL.toNanos()) {
			return;
		}
		this.trimmedAt = now;
		try {
			log.trim(this.maxAge, this.keep);
		}
		catch (RedisErrorException ex) {
			if (!ex.isForbidden()) {
				throw ex;
			}
			logger.debug("The log could not be trimmed", ex);
		}
		this.keep = place;
	}

}
