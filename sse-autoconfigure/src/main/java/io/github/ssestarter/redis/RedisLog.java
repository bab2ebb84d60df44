package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A connection to the log, with the few commands that are needed. Used by one thread;
 * {@link #close()} may be called by another one. Each command throws a
 * {@link RedisErrorException} if Redis answers that it has not carried it out, and a
 * {@link RedisLostException} if nobody knows whether it has: the connection is to be
 * closed then.
 */
interface RedisLog extends AutoCloseable {

	/**
	 * Looks how the log stands.
	 */
	LogState state();

	/**
	 * Reads entries, the oldest first, without waiting.
	 * @param after where to begin, without it
	 * @param to where to end, {@code null} for the end of the log
	 * @param count how many at most
	 */
	List<LogEntry> range(LogId after, @Nullable LogId to, int count);

	/**
	 * Reads entries, the newest first, without waiting.
	 * @param before where to begin, without it, {@code null} for the end of the log
	 * @param count how many at most
	 */
	List<LogEntry> reverse(@Nullable LogId before, int count);

	/**
	 * Reads one entry.
	 * @return the entry, {@code null} if there is none
	 */
	@Nullable LogEntry get(LogId id);

	/**
	 * Reads entries, the oldest first, and waits for one.
	 * @param after where to begin, without it
	 * @param count how many at most
	 * @param wait how long to wait at most
	 * @return the entries, none if none came, and the one that they come after, which is
	 * looked for after they were read: while it is there, nothing was trimmed between
	 */
	Page read(LogId after, int count, Duration wait);

	/**
	 * Begins a log, if there is none or it is the one that is known to be broken.
	 * @param generation the new log's
	 * @param broken the generation that is to end, {@code null} if there was no log
	 * @param first the least id of its first entry
	 * @return the generation of the log that there is now
	 */
	String create(String generation, @Nullable String broken, LogId first);

	/**
	 * Appends messages in their order, those that are in the log already left out.
	 * @throws RedisErrorException that {@link RedisErrorException#isNewLog()}, if the log
	 * is another one
	 */
	Appended append(Batch batch);

	/**
	 * Lets nothing in any more that the publisher has sent before.
	 * @param epoch of what the publisher sends from now on
	 * @return the number of the last message that is in the log, -1 for none
	 */
	long fence(String publisher, long epoch);

	/**
	 * Lets go of what is old.
	 * @param age how old, by the clock of Redis
	 * @param keep the entry that is kept, with all after it
	 */
	void trim(Duration age, LogId keep);

	@Override
	void close();

	/**
	 * Connects to the log.
	 */
	@FunctionalInterface
	interface Connector {

		/**
		 * Connects.
		 * @return a new connection
		 * @throws RedisLogException if that fails
		 */
		RedisLog connect();

	}

	/**
	 * What was read at once.
	 *
	 * @param entries the entries
	 * @param before the entry that they come after, {@code null} if there is none
	 */
	record Page(List<LogEntry> entries, @Nullable LogEntry before) {
	}

	/**
	 * What is appended at once.
	 *
	 * @param generation the log that it is meant for
	 * @param publisher who publishes it
	 * @param epoch how often the publisher has given up what it had sent
	 * @param first the number of the first message; the others follow without a gap
	 * @param bodies the messages
	 */
	record Batch(String generation, String publisher, long epoch, long first, List<byte[]> bodies) {

		long last() {
			return this.first + this.bodies.size() - 1;
		}

	}

	/**
	 * What has become of a batch.
	 *
	 * @param last the number of the publisher's last message in the log
	 * @param ids the places of those that were appended now, the last ones of the batch
	 */
	record Appended(long last, List<LogId> ids) {
	}

}
