package io.github.ssestarter.fanout.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.fanout.hearing.ListenerAt;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * A shard's turn: the events that it hands out, by number, and what its connections need
 * to take them. Owned by the shard, one for all its turns, so that its feeds need only
 * the numbers: an object that is old and is given references to young ones, once for each
 * delivery, is work for the garbage collector.
 */
final class Turn {

	private final EventHistory history;

	private final ShardSettings settings;

	private final Frames frames;

	private final RandomGenerator random;

	private final Tally tally;

	private final ListenerAt listener = new ListenerAt();

	private final FrameSender.Block block = new FrameSender.Block();

	private final IntArrays arrays = new IntArrays();

	private final List<HistoryEntry> events = new ArrayList<>();

	private long now;

	/** How much more of what was before the turn may be read in it. */
	private int past;

	private boolean isLogged;

	private Cursor start;

	private Cursor position;

	private @Nullable Cursor heartbeatCursor;

	private byte[] heartbeat = {};

	Turn(EventHistory history, ShardSettings settings, Frames frames, RandomGenerator random, Tally tally) {
		this.history = history;
		this.settings = settings;
		this.frames = frames;
		this.random = random;
		this.tally = tally;
		this.start = history.tail();
		this.position = this.start;
	}

	EventHistory history() {
		return this.history;
	}

	ShardSettings settings() {
		return this.settings;
	}

	Frames frames() {
		return this.frames;
	}

	RandomGenerator random() {
		return this.random;
	}

	Tally tally() {
		return this.tally;
	}

	/**
	 * What asks whether a stream hears an event.
	 */
	ListenerAt listener() {
		return this.listener;
	}

	/**
	 * What is written at once.
	 */
	FrameSender.Block block() {
		return this.block;
	}

	/**
	 * What feeds keep numbers of events in.
	 */
	IntArrays arrays() {
		return this.arrays;
	}

	/**
	 * The time of the turn.
	 */
	long now() {
		return this.now;
	}

	/**
	 * Whether what is sent is logged.
	 */
	boolean isLogged() {
		return this.isLogged;
	}

	/**
	 * Tells in the log, if that is wanted, what a client is sent.
	 */
	void log(byte[] frame, String clientId) {
		if (this.isLogged) {
			StreamLog.sent(clientId, frame);
		}
	}

	/**
	 * Begins at the shard's position.
	 */
	void begin(Cursor position, long now, boolean isLogged) {
		this.start = position;
		this.position = position;
		this.now = now;
		this.past = this.settings.past();
		this.isLogged = isLogged;
	}

	/**
	 * Whether more may be read of what was before the turn, so that who hears what is new
	 * does not wait for those that lag.
	 */
	boolean mayReadPast() {
		return this.past > 0;
	}

	/**
	 * Each that lags may look at as many events more as the turn has handed out, or the
	 * log would run away from them all.
	 */
	void extendPast(int lagging) {
		this.past += this.events.size() * lagging;
	}

	/**
	 * Something was read of what was before the turn.
	 * @param events how many events were looked at, or what takes as long
	 */
	void spendPast(int events) {
		this.past -= events;
	}

	/**
	 * The position up to which all was handed out before this turn.
	 */
	Cursor start() {
		return this.start;
	}

	/**
	 * The position up to which all is handed out.
	 */
	Cursor position() {
		return this.position;
	}

	/**
	 * Comes to an event.
	 */
	void add(HistoryEntry event) {
		this.events.add(event);
	}

	/**
	 * Has come to a position.
	 */
	void reached(Cursor position) {
		this.position = position;
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
	 * The frame of a heartbeat, made once for all that are served up to the same
	 * position.
	 */
	byte[] heartbeat(Cursor served) {
		if (this.heartbeat.length == 0 || served != this.heartbeatCursor) {
			this.heartbeat = this.frames.heartbeat(new WireId(served.id(), null));
			this.heartbeatCursor = served;
		}
		return this.heartbeat;
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
