package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * What has become of a log since a node was at a position of it.
 */
enum LogCheck {

	/** Nothing is lost before the position; what comes after it can be read. */
	SAME,

	/** There is no log any more, or not yet. */
	NO_LOG,

	/** There is another log. */
	NEW_LOG,

	/** The log's end is lost, of which the node has heard. */
	TAIL_LOST,

	/** The log has let go of more than the node has read. */
	TRIMMED;

	/**
	 * Finds it out.
	 * @param known the generation at the position
	 * @param position the position
	 * @param identity which entry was there, {@code null} if that is not known
	 * @param state how the log stands now
	 * @param found which entry is there now, {@code null} if there is none
	 */
	static LogCheck of(String known, LogId position, @Nullable String identity, LogState state,
			@Nullable LogEntry found) {
		if (state.generation() == null) {
			return NO_LOG;
		}
		if (!state.generation().equals(known)) {
			return NEW_LOG;
		}
		if (state.last().compareTo(position) < 0) {
			return TAIL_LOST;
		}
		if (identity == null) {
			return SAME;
		}
		if (found != null) {
			return (found.identity().equals(identity)) ? SAME : TAIL_LOST;
		}
		LogId first = state.first();
		if (first == null) {
			return (state.last().equals(position)) ? SAME : TRIMMED;
		}
		return (first.compareTo(position) > 0) ? TRIMMED : TAIL_LOST;
	}

}
