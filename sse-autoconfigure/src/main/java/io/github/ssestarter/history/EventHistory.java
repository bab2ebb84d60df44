package io.github.ssestarter.history;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * The window of the last events that went through the backplane, over all topics: what
 * every stream reads from, live, lagging and resuming alike.
 *
 * @since 0.1.0
 */
public final class EventHistory {

	/*
	 * Entries stand in a ring, each in the slot of its position modulo the ring's size.
	 * One thread at a time appends, under the lock; everybody reads without it: a slot
	 * that is empty, or holds an entry of another position, tells that what was asked for
	 * is evicted. A reader therefore holds a position and never an entry, and cannot keep
	 * anything from being freed.
	 *
	 * Eviction first marks, then moves "oldest", then clears the slot, so that a reader
	 * who finds an empty slot also finds the mark.
	 */

	private static final int MAX_MARKS = 16_384;

	private final ReentrantLock lock = new ReentrantLock();

	private final Limits limits;

	private final LongSupplier nanoTime;

	private final AtomicReferenceArray<@Nullable HistoryEntry> ring;

	private final TopicPatterns patterns = new TopicPatterns();

	@GuardedBy("this.lock")
	private final EvictionMarks marks = new EvictionMarks(MAX_MARKS, this.patterns);

	@GuardedBy("this.lock")
	private final NewestOfKeys keys = new NewestOfKeys();

	/** Written under the lock. */
	private volatile long evictedOffset;

	/** Written under the lock. */
	private volatile Cursor beforeOldest;

	/** Written under the lock. */
	private volatile Cursor tail;

	/** Written under the lock. */
	private volatile long tailOffset;

	/** Written under the lock. */
	private volatile long now = LogTime.ofPosition(0);

	/**
	 * Creates an empty history.
	 * @param limits what it may hold
	 * @param nanoTime a clock that cannot jump, see {@link System#nanoTime()}
	 */
	public EventHistory(Limits limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
		this.ring = new AtomicReferenceArray<>(Math.max(2, Integer.highestOneBit(limits.maxEvents() * 2 - 1)));
		this.beforeOldest = new Cursor(0, new EventId(0, 0, ""));
		this.tail = this.beforeOldest;
	}

	/**
	 * What the history may hold.
	 * @return the limits
	 */
	public Limits limits() {
		return this.limits;
	}

	/**
	 * Begins at a position of the backplane, or begins again: if that is where it stopped
	 * it keeps what it holds, else anything may have passed before the position, and
	 * everybody who reads is behind what is held.
	 * @param start the id before the first message
	 */
	public void begin(EventId start) {
		this.lock.lock();
		try {
			if (start.equals(this.tail.id())) {
				return;
			}
			boolean hasBegun = !this.tail.id().generation().isEmpty();
			Cursor cursor = new Cursor(this.tail.position() + ((hasBegun) ? 1 : 0), start);
			this.marks.clear(cursor);
			this.keys.clear();
			this.evictedOffset = this.tailOffset;
			this.beforeOldest = cursor;
			this.tail = cursor;
			this.now = LogTime.ofPosition(cursor.position());
			for (int i = 0; i < this.ring.length(); i++) {
				this.ring.set(i, null);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Appends an event. Its id is greater than that of the last one.
	 * @param id the id
	 * @param event the event
	 * @return the entry
	 */
	public HistoryEntry append(EventId id, Message.Event event) {
		this.lock.lock();
		try {
			HistoryEntry entry = new HistoryEntry(new Cursor(this.tail.position() + 1, id), event, this.tailOffset,
					this.nanoTime.getAsLong());
			// Before anything is evicted: what it supersedes is no loss
			this.keys.add(entry);
			while (entry.position() - this.beforeOldest.position() > this.limits.maxEvents()) {
				evictOldest();
			}
			this.ring.set(slot(entry.position()), entry);
			this.tailOffset = entry.endOffset();
			this.tail = entry.cursor();
			this.now = LogTime.ofPosition(entry.position());
			evict();
			return entry;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Something happens between two events that is not kept, such as an order to close.
	 * @param id its id, greater than that of the last event
	 * @return when it happens: after all that was before, and before all that comes
	 */
	public long happens(EventId id) {
		this.lock.lock();
		try {
			this.tail = new Cursor(this.tail.position(), id);
			long time = LogTime.after(this.now);
			this.now = time;
			return time;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The present moment of the log, see {@link LogTime}.
	 * @return the moment
	 */
	public long now() {
		return this.now;
	}

	/**
	 * The position of the newest entry.
	 * @return the cursor of a reader that has been served everything
	 */
	public Cursor tail() {
		return this.tail;
	}

	/**
	 * How many bytes are held behind a position.
	 * @param position the position of a reader
	 * @return the bytes of frames that the reader has still to read
	 */
	public long bytesAfter(long position) {
		if (position >= this.tail.position()) {
			return 0;
		}
		HistoryEntry entry = get(position);
		return this.tailOffset - ((entry != null) ? entry.endOffset() : this.evictedOffset);
	}

	/**
	 * The position just before the oldest entry that is held.
	 * @return the cursor of a reader that begins at the window's start
	 */
	public Cursor beforeOldest() {
		return this.beforeOldest;
	}

	/**
	 * Reads an entry.
	 * @param position its position
	 * @return the entry, {@code null} if it is evicted or not there yet
	 */
	public @Nullable HistoryEntry get(long position) {
		HistoryEntry entry = this.ring.get(slot(position));
		return (entry != null && entry.position() == position) ? entry : null;
	}

	/**
	 * The newest entry before a position.
	 * @param position the position
	 * @return the entry, {@code null} if none is held
	 */
	public @Nullable HistoryEntry before(long position) {
		return get(position - 1);
	}

	/**
	 * Finds the place that a client presents.
	 * @param id an id of this log; untrusted
	 * @return the cursor, {@code null} if the id is not one of this log
	 */
	public @Nullable Cursor find(EventId id) {
		expire();
		Cursor newest = this.tail;
		if (!id.generation().equals(newest.id().generation()) || id.compareTo(newest.id()) > 0) {
			return null;
		}
		Cursor found = this.beforeOldest;
		if (id.compareTo(found.id()) < 0) {
			return new Cursor(found.position() - 1, id);
		}
		long low = found.position() + 1;
		long high = newest.position();
		while (low <= high) {
			long middle = (low + high) >>> 1;
			HistoryEntry entry = get(middle);
			if (entry == null || entry.cursor().id().compareTo(id) <= 0) {
				found = (entry != null) ? entry.cursor() : found;
				low = middle + 1;
			}
			else {
				high = middle - 1;
			}
		}
		return new Cursor(found.position(), id);
	}

	/**
	 * Finds an event by its caller's own id alone. Where several have it that is the
	 * oldest: whoever comes back may hear something twice then, and misses nothing.
	 * @param ownId the own id; untrusted
	 * @param isHeard whether an entry belongs to the client's audience: it is looked for
	 * among these only
	 * @return the cursor, {@code null} if no event that is held has the id
	 */
	public @Nullable Cursor findOwn(String ownId, Predicate<HistoryEntry> isHeard) {
		expire();
		long newest = this.tail.position();
		for (long position = this.beforeOldest.position() + 1; position <= newest; position++) {
			HistoryEntry entry = get(position);
			if (entry != null && ownId.equals(entry.ownId()) && isHeard.test(entry)) {
				return entry.cursor();
			}
		}
		return null;
	}

	/**
	 * The patterns that streams have joined.
	 * @return the patterns
	 */
	public TopicPatterns patterns() {
		return this.patterns;
	}

	/**
	 * A stream joins a pattern: what is evicted is remembered by it as well, from what is
	 * evicted already on.
	 * @param pattern the pattern
	 */
	public void addPattern(String pattern) {
		this.lock.lock();
		try {
			if (this.patterns.add(pattern)) {
				this.marks.addPattern(pattern);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A stream that has joined a pattern hears it no more.
	 * @param pattern the pattern
	 */
	public void removePattern(String pattern) {
		this.lock.lock();
		try {
			if (this.patterns.remove(pattern)) {
				this.marks.removePattern(pattern);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The last event of a topic, user or client, or of everyone, that was evicted, or may
	 * have been: the history remembers a bounded number of them.
	 * @param key the topic, user or client
	 * @return where it stood; where the history began, if none was evicted since;
	 * {@code null} before that
	 */
	public @Nullable Cursor lastEvicted(SseAudience.Key key) {
		this.lock.lock();
		try {
			return this.marks.last(key);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Evicts what is too old. Called from time to time, since nothing is evicted by age
	 * while nothing is appended.
	 */
	public void expire() {
		this.lock.lock();
		try {
			evict();
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private void evict() {
		long now = this.nanoTime.getAsLong();
		HistoryEntry oldest = get(this.beforeOldest.position() + 1);
		while (oldest != null && (isTooMuch(oldest) || isTooOld(oldest, now))) {
			evictOldest();
			oldest = get(this.beforeOldest.position() + 1);
		}
	}

	private boolean isTooMuch(HistoryEntry oldest) {
		return oldest.position() < this.tail.position()
				&& this.tailOffset - this.evictedOffset > this.limits.maxBytes();
	}

	private boolean isTooOld(HistoryEntry oldest, long now) {
		return now - oldest.appendedAt() > this.limits.maxAge().toNanos();
	}

	@GuardedBy("this.lock")
	private void evictOldest() {
		long position = this.beforeOldest.position() + 1;
		HistoryEntry oldest = get(position);
		if (oldest == null) {
			throw new IllegalStateException("No entry at position " + position);
		}
		if (!oldest.isSuperseded()) {
			this.marks.mark(oldest);
		}
		this.keys.remove(oldest);
		this.evictedOffset = oldest.endOffset();
		this.beforeOldest = oldest.cursor();
		this.ring.set(slot(position), null);
	}

	private int slot(long position) {
		return (int) (position & (this.ring.length() - 1));
	}

	/**
	 * What a history may hold.
	 *
	 * @param maxEvents how many events, at least one
	 * @param maxBytes how many bytes of frames
	 * @param maxAge how long an event
	 */
	public record Limits(int maxEvents, long maxBytes, Duration maxAge) {
	}

}
