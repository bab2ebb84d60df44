package io.github.ssestarter.redis;

import java.time.Duration;

/**
 * Settings of a {@link RedisBackplane}.
 *
 * @param onStart what becomes of the application if Redis cannot be used at its start
 * @param maxAge how long a message stays in the log; the last one stays longer
 * @param rest how long a node rests after a read that brought something
 * @param backlog what may wait to be published
 * @param giveUpAfter how long a message may wait to be published
 * @param stopTimeout how long {@link RedisBackplane#stop()} publishes what waits
 * @param minRetry how soon it is tried again after a failure, at the earliest
 * @param maxRetry how soon it is tried again after a failure, at the latest
 * @since 0.1.0
 */
public record RedisSettings(OnStart onStart, Duration maxAge, Duration rest, Backlog backlog, Duration giveUpAfter,
		Duration stopTimeout, Duration minRetry, Duration maxRetry) {

	/**
	 * What may wait to be published.
	 *
	 * @param messages how many messages
	 * @param bytes how many bytes they may have together
	 */
	public record Backlog(int messages, long bytes) {
	}

}
