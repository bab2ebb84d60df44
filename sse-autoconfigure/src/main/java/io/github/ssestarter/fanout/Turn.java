package io.github.ssestarter.fanout;

import java.util.ArrayList;
import java.util.List;

import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.HistoryEntry;

/**
 * The events that a shard hands out in one turn, by number. Owned by the shard, so that
 * its feeds need only the numbers: an object that is old and is given references to young
 * ones, once for each delivery, is work for the garbage collector.
 */
final class Turn {

	private final List<HistoryEntry> events = new ArrayList<>();

	private Cursor start;

	Turn(Cursor start) {
		this.start = start;
	}

	/**
	 * Begins at a position.
	 */
	void begin(Cursor position) {
		this.start = position;
	}

	/**
	 * The position up to which all was handed out before this turn.
	 */
	Cursor start() {
		return this.start;
	}

	/**
	 * Comes to an event.
	 */
	void add(HistoryEntry event) {
		this.events.add(event);
	}

	/**
	 * The number of the event that the turn has come to.
	 */
	int current() {
		return this.events.size() - 1;
	}

	HistoryEntry event(int number) {
		return this.events.get(number);
	}

	/**
	 * Whether nothing is handed out in it, or all that was is dealt with.
	 */
	boolean isEmpty() {
		return this.events.isEmpty();
	}

	/**
	 * All that was handed out is written, or is found again in the history.
	 */
	void end() {
		this.events.clear();
	}

}
