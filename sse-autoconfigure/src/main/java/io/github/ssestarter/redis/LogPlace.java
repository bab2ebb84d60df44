package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

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

	boolean isAt(LogPlace other) {
		return this.generation.equals(other.generation) && this.id.equals(other.id);
	}

}
