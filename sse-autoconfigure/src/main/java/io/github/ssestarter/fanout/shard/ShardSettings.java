package io.github.ssestarter.fanout.shard;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How shards write to their connections.
 *
 * @param bufferSize how many bytes may wait to be sent to a detached stream alone,
 * {@code sse.stream.buffer-size}
 * @param writeTimeout how long a stream may not be ready to be written to,
 * {@code sse.stream.write-timeout}
 * @param maxLifetime how long a stream is kept, {@code null} if for ever,
 * {@code sse.stream.max-lifetime}
 * @param onLag what becomes of a stream that falls out of the history,
 * {@code sse.stream.on-lag}
 * @param endTimeout how long an ending stream may take to send its last bytes,
 * {@code sse.shutdown.timeout}
 * @param comeBack how a stream ends whose client is to come back,
 * {@code sse.end.come-back}
 * @param rest for how long a shard that has to turn again and again rests between turns,
 * so that what comes meanwhile shares a write
 * @param past how many events that were before it a turn looks at, for all streams that
 * lag together, so that the others do not wait for them
 * @since 0.1.0
 */
public record ShardSettings(int bufferSize, Duration writeTimeout, @Nullable Duration maxLifetime, OnLag onLag,
		Duration endTimeout, ComeBack comeBack, Duration rest, int past) {

	private static final Duration REST = Duration.ofMillis(1);

	/** Half a millisecond's work. */
	private static final int PAST = 4_096;

	/**
	 * With a rest that a client does not notice, and that is longer than it takes a
	 * thread to wake.
	 */
	public ShardSettings(int bufferSize, Duration writeTimeout, @Nullable Duration maxLifetime, OnLag onLag,
			Duration endTimeout, ComeBack comeBack) {
		this(bufferSize, writeTimeout, maxLifetime, onLag, endTimeout, comeBack, REST, PAST);
	}

	/**
	 * How a stream ends whose client is to come back.
	 */
	public enum ComeBack {

		/** In order, as a response does that is whole. */
		END,

		/**
		 * With the connection, after the last whole event, as if the network had failed.
		 */
		CUT

	}

	/**
	 * What becomes of a stream that falls out of the history.
	 */
	public enum OnLag {

		/** It goes on from the oldest event held. */
		LAG,

		/** It goes on from the newest event. */
		SKIP,

		/** It is closed. */
		DISCONNECT

	}

}
