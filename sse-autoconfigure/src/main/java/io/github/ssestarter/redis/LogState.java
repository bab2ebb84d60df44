package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * How the log stands.
 *
 * @param generation which log it is, {@code null} if it has not begun or is no more
 * @param last the last id that was given in it
 * @param first the oldest entry that is held, {@code null} if none is
 */
record LogState(@Nullable String generation, LogId last, @Nullable LogId first) {

	/** There is no log. */
	static final LogState NONE = new LogState(null, LogId.ZERO, null);

}
