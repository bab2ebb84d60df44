package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * An entry of the log.
 *
 * @param id its place
 * @param origin who published it, {@code null} if it is no message
 * @param generation the log that begins with it, {@code null} if none does
 * @param body the message, {@code null} if it is none
 */
record LogEntry(LogId id, @Nullable Origin origin, @Nullable String generation, byte @Nullable [] body) {

	static LogEntry message(LogId id, Origin origin, byte[] body) {
		return new LogEntry(id, origin, null, body);
	}

	static LogEntry beginning(LogId id, String generation) {
		return new LogEntry(id, null, generation, null);
	}

	/**
	 * Something that is not ours.
	 */
	static LogEntry unknown(LogId id) {
		return new LogEntry(id, null, null, null);
	}

	/**
	 * Which entry it is. Its id does not tell: after a failover an id may be given again,
	 * to another entry.
	 */
	String identity() {
		if (this.origin != null) {
			return this.origin.publisher() + ":" + this.origin.number();
		}
		return (this.generation != null) ? this.generation : "";
	}

	/**
	 * Where a message comes from.
	 *
	 * @param publisher a backplane, from its start to its stop
	 * @param number counts what it publishes, from 0
	 */
	record Origin(String publisher, long number) {
	}

}
