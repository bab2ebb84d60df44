package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;

/**
 * How far a node has read.
 *
 * @param generation the log
 * @param id the last entry that it has read, or the place before the first
 * @param identity which entry that was, {@code null} if it was none, or is not known
 */
record LogPlace(String generation, LogId id, @Nullable String identity) {

	static LogPlace at(String generation, LogEntry entry) {
		return new LogPlace(generation, entry.id(), entry.identity());
	}

	/**
	 * Whether an entry is the one that was read.
	 * @param found the entry that has its id now, {@code null} if there is none
	 */
	boolean isThere(@Nullable LogEntry found) {
		return this.identity == null || (found != null && this.identity.equals(found.identity()));
	}

	/**
	 * Whether all up to a place of the same log is read.
	 */
	boolean isAtOrAfter(EventId other) {
		return this.id.compareTo(new LogId(other.millis(), other.counter())) >= 0;
	}

	boolean isAt(LogPlace other) {
		return this.generation.equals(other.generation) && this.id.equals(other.id);
	}

}
