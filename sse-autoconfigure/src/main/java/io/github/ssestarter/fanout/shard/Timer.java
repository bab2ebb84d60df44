package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

/**
 * Something of a shard that has to be looked at when its time has come, at most once at a
 * time. Owned by the shard's thread.
 */
abstract class Timer {

	/** Of a timer that is not scheduled. */
	static final int NO_SLOT = -1;

	// Timers alone changes these

	/** When it is due, in nanoseconds of a clock that cannot jump. */
	long at;

	/** Where the {@link Timers} hold it. */
	int slot = NO_SLOT;

	@Nullable Timer previous;

	@Nullable Timer next;

	boolean isScheduled() {
		return this.slot != NO_SLOT;
	}

}
