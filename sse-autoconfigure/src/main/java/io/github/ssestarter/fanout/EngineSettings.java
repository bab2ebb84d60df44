package io.github.ssestarter.fanout;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * How the engine is set, from the properties of the same names.
 *
 * @param threads {@code sse.engine.threads}
 * @param publish {@code sse.publish}
 * @param stream {@code sse.stream}
 * @param heartbeat {@code sse.heartbeat}
 * @param names the names of the engine's own events, from {@code sse.event}
 * @param limits {@code sse.limits}
 * @param shutdown {@code sse.shutdown}
 * @param recheckInterval {@code sse.security.recheck-interval}, zero for never
 * @since 0.1.0
 */
public record EngineSettings(int threads, Publish publish, Stream stream, Heartbeat heartbeat, Names names,
		Limits limits, Shutdown shutdown, Duration recheckInterval) {

	/**
	 * How events are published.
	 *
	 * @param timeout how long to wait for the engine
	 * @param widestAudience what a wider one is refused than
	 */
	public record Publish(Duration timeout, SseAudience.Kind widestAudience) {
	}

	/**
	 * How streams are kept.
	 *
	 * @param bufferSize how many bytes may wait to be sent to a detached stream alone
	 * @param writeTimeout how long a stream may not be ready to be written to
	 * @param maxLifetime how long a stream is kept, {@code null} if for ever
	 * @param onLag what becomes of a stream that falls out of the history
	 * @param onDuplicate what becomes of two streams with one client id
	 */
	public record Stream(int bufferSize, Duration writeTimeout, @Nullable Duration maxLifetime, OnLag onLag,
			OnDuplicate onDuplicate) {
	}

	/**
	 * How streams end when the application stops.
	 *
	 * @param timeout how long an ending stream may take to send its last bytes
	 * @param minRetry when its client comes back at the earliest
	 * @param maxRetry when its client comes back at the latest
	 */
	public record Shutdown(Duration timeout, Duration minRetry, Duration maxRetry) {
	}

	/**
	 * How streams are kept alive.
	 *
	 * @param interval after how long without a write, zero for never
	 * @param mode what is sent
	 */
	public record Heartbeat(Duration interval, HeartbeatMode mode) {
	}

	/**
	 * The names of the engine's own events.
	 *
	 * @param gap tells a client that it lost events
	 * @param heartbeat a heartbeat in event mode
	 * @param close the last event before the server ends a stream, {@code null} for none
	 */
	public record Names(String gap, String heartbeat, @Nullable String close) {
	}

	/**
	 * How much is let in.
	 *
	 * @param maxTopicsPerStream how many topics a stream may join
	 * @param maxTopicLength how many characters the name of a topic may have
	 * @param room for how many streams there is room
	 */
	public record Limits(int maxTopicsPerStream, int maxTopicLength, Room room) {
	}

	/**
	 * For how many streams there is room. What is not limited has
	 * {@link Integer#MAX_VALUE}.
	 *
	 * @param maxAttached how many controller methods may be at work on a stream at once
	 * @param maxStreams how many streams there may be
	 * @param maxPerUser how many one user may have
	 * @param maxPerAddress how many may come from one address
	 * @param maxPerSecond how many may begin in a second
	 */
	public record Room(int maxAttached, int maxStreams, int maxPerUser, int maxPerAddress, int maxPerSecond) {

		/** Room for all. */
		public static final Room UNLIMITED = new Room(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE,
				Integer.MAX_VALUE, Integer.MAX_VALUE);

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

	/**
	 * What becomes of two streams with one client id.
	 */
	public enum OnDuplicate {

		/** The newer one replaces the older one. */
		REPLACE,

		/** The newer one is refused while the older one is open. */
		REJECT

	}

	/**
	 * What a heartbeat is.
	 */
	public enum HeartbeatMode {

		/** A comment and an id. */
		COMMENT,

		/** An event, which a client's own code can see. */
		EVENT

	}

}
