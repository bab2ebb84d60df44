package io.github.ssestarter.fanout.stream;

import java.time.Duration;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.shard.StreamOptions;

/**
 * How streams are let in, kept and ended.
 *
 * @param options what a stream has unless it is given something of its own,
 * {@code sse.heartbeat.interval} and {@code sse.retry}
 * @param onDuplicate what becomes of two streams with one client id,
 * {@code sse.client-id.on-duplicate}
 * @param topics what a stream may join
 * @param maxIdLength how many characters an event's id of the application's own may have,
 * {@code sse.limits.max-last-event-id-length}
 * @param room for how many streams there is room
 * @param shutdown how streams end when the application stops
 * @param interrupt when a method is interrupted that does not see the end of its stream,
 * {@code sse.stream.interrupt}
 * @param recheckInterval {@code sse.security.recheck-interval}, zero for never
 * @param sessionCheck {@code sse.security.session-check}, zero for never
 * @param questionTimeout how long the application may take to decide whether a stream
 * hears a topic, {@code sse.stream.write-timeout}
 * @since 0.1.0
 */
public record StreamSettings(StreamOptions options, OnDuplicate onDuplicate, TopicLimits topics, int maxIdLength,
		Room room, Shutdown shutdown, Interrupt interrupt, Duration recheckInterval, Duration sessionCheck,
		Duration questionTimeout) {

	/**
	 * Refuses an id of the application's own that a client could not come back with.
	 * @param id the id
	 * @throws IllegalArgumentException if it is too long, or would be taken for one of
	 * the log's
	 */
	public void requireOwnId(String id) {
		EventId.requireForeign(id);
		if (id.length() > this.maxIdLength) {
			throw new IllegalArgumentException("The id of an event has " + id.length()
					+ " characters, more than sse.limits.max-last-event-id-length (" + this.maxIdLength
					+ "): a client that comes back would present a part of it. Use a shorter one, or raise the property");
		}
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
	 * For how many streams there is room. What is not limited has
	 * {@link Integer#MAX_VALUE}.
	 *
	 * @param maxAttached how many streams may be sent to while their methods run
	 * @param maxStreams how many streams there may be
	 * @param maxPerUser how many one user may have
	 * @param maxPerAddress how many may come from one address
	 * @param maxPerSecond how many may begin in a second
	 * @param maxInCluster how many all nodes may have together
	 */
	public record Room(int maxAttached, int maxStreams, int maxPerUser, int maxPerAddress, int maxPerSecond,
			int maxInCluster) {

		/** Room for all. */
		public static final Room UNLIMITED = new Room(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE,
				Integer.MAX_VALUE, Integer.MAX_VALUE);

		/**
		 * Room on one node, whatever there is on others.
		 */
		public Room(int maxAttached, int maxStreams, int maxPerUser, int maxPerAddress, int maxPerSecond) {
			this(maxAttached, maxStreams, maxPerUser, maxPerAddress, maxPerSecond, Integer.MAX_VALUE);
		}

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

}
