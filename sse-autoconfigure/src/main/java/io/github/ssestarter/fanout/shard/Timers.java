package io.github.ssestarter.fanout.shard;

import java.util.BitSet;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * When each connection of a shard has to be looked at next. Owned by the shard's thread.
 */
final class Timers {

	/*
	 * A wheel of slots, each a linked list of the timers of one tick of about 4 ms. A
	 * timer belongs to the first tick that begins when it is due or later, so it fires
	 * late by less than a slot, and never early. The wheel is as long as its horizon of
	 * 17 s; a timer beyond is put near the end of it, and on again when the wheel comes
	 * there. Those are put where a second begins: else each would wake the shard at a
	 * moment of its own, for nothing.
	 *
	 * All times are told apart by their difference, since the clock may overflow.
	 */

	/** A slot is {@code 2^22} ns wide. */
	private static final int WIDTH_SHIFT = 22;

	static final long WIDTH = 1L << WIDTH_SHIFT;

	private static final int SLOTS = 1 << 12;

	static final long HORIZON = SLOTS * WIDTH;

	/** Timers beyond the horizon meet in every so many slots. */
	private static final int FAR_SLOTS = 1 << 8;

	/** The slot of those that {@link #expire} has found due. */
	private static final int DUE = SLOTS;

	private final @Nullable Timer[] first = new @Nullable Timer[SLOTS + 1];

	/** The slots that are not empty. */
	private final BitSet filled = new BitSet(SLOTS + 1);

	/** When tick 0 begins. */
	private final long origin;

	/** The last tick that was expired; all in the wheel is within a round after it. */
	private long tick;

	/**
	 * Creates timers, none of which is scheduled.
	 * @param now the time, in nanoseconds of a clock that cannot jump
	 */
	Timers(long now) {
		this.origin = now;
	}

	/**
	 * Schedules a timer, or moves it if it is scheduled already.
	 * @param timer the timer
	 * @param at when it is due, at most a hundred years away; if that is over, it is due
	 * in the tick that comes next
	 */
	void schedule(Timer timer, long at) {
		cancel(timer);
		timer.at = at;
		place(timer);
	}

	private void place(Timer timer) {
		long due = Math.max(this.tick + 1, firstTickFrom(timer.at));
		long last = this.tick + SLOTS;
		link(timer, slot((due <= last) ? due : last & -FAR_SLOTS));
	}

	private long firstTickFrom(long time) {
		return (time - this.origin + WIDTH - 1) >> WIDTH_SHIFT;
	}

	/**
	 * Lets go of a timer. Nothing happens if it is not scheduled.
	 * @param timer the timer
	 */
	void cancel(Timer timer) {
		if (timer.isScheduled()) {
			unlink(timer);
		}
	}

	/**
	 * Takes out each timer that is due, and acts on it. What the action schedules is not
	 * due before the next call.
	 * @param now the time
	 * @param action may schedule and cancel any timer. If it throws, the timers that it
	 * did not come to are due at the next call
	 */
	void expire(long now, Consumer<Timer> action) {
		long reached = (now - this.origin) >> WIDTH_SHIFT;
		if (reached > this.tick) {
			// Backwards, so that what was due first is first in the list
			for (long one = Math.min(reached, this.tick + SLOTS); one > this.tick; one--) {
				collect(slot(one));
			}
			this.tick = reached;
		}
		Timer timer = this.first[DUE];
		while (timer != null) {
			unlink(timer);
			if (firstTickFrom(timer.at) > this.tick) {
				place(timer);
			}
			else {
				action.accept(timer);
			}
			timer = this.first[DUE];
		}
	}

	private void collect(int slot) {
		Timer timer = this.first[slot];
		while (timer != null) {
			unlink(timer);
			link(timer, DUE);
			timer = this.first[slot];
		}
	}

	/**
	 * The time before which {@link #expire} has nothing to do.
	 * @return that time; if there are no timers, the end of the horizon
	 */
	long next() {
		if (this.first[DUE] != null) {
			return this.origin + (this.tick << WIDTH_SHIFT);
		}
		int from = slot(this.tick + 1);
		int slot = this.filled.nextSetBit(from);
		slot = (slot >= 0) ? slot : this.filled.nextSetBit(0);
		long ticks = (slot >= 0) ? 1 + ((slot - from) & (SLOTS - 1)) : SLOTS;
		return this.origin + ((this.tick + ticks) << WIDTH_SHIFT);
	}

	private static int slot(long tick) {
		return (int) (tick & (SLOTS - 1));
	}

	private void link(Timer timer, int slot) {
		Timer next = this.first[slot];
		if (next != null) {
			next.previous = timer;
		}
		else {
			this.filled.set(slot);
		}
		timer.next = next;
		timer.slot = slot;
		this.first[slot] = timer;
	}

	private void unlink(Timer timer) {
		Timer previous = timer.previous;
		Timer next = timer.next;
		if (next != null) {
			next.previous = previous;
		}
		if (previous != null) {
			previous.next = next;
		}
		else {
			this.first[timer.slot] = next;
			if (next == null) {
				this.filled.clear(timer.slot);
			}
		}
		timer.previous = null;
		timer.next = null;
		timer.slot = Timer.NO_SLOT;
	}

}
