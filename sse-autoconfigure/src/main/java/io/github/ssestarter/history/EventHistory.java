package io.github.ssestarter.history;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
	 * One thread at a time appends, under the lock; everybody reads without it. A reader
	 * holds a position and never an entry, and cannot keep anything from being freed.
	 *
	 * Eviction first marks, then counts, then removes, so that a reader who does not find
	 * an entry also finds the mark.
	 */

	private static final int MAX_MARKS = 16_384;

	private final ReentrantLock lock = new ReentrantLock();

	private final Limits limits;

	private final LongSupplier nanoTime;

	private final Entries entries;

	private final TopicPatterns patterns = new TopicPatterns();

	@GuardedBy("this.lock")
	private final EvictionMarks marks = new EvictionMarks(MAX_MARKS, this.patterns);

	@GuardedBy("this.lock")
	private final NewestOfKeys keys = new NewestOfKeys();

	/** How many were evicted and lost. Counted under the lock. */
	private final AtomicLong evictions = new AtomicLong();

	/** How many of them cannot be found any more. Counted under the lock. */
	private final AtomicLong gone = new AtomicLong();

	/** Written under the lock. */
	private volatile Cursor tail;

	/** Written under the lock. */
	private volatile long tailOffset;

	/** Written under the lock. */
	private volatile long now = LogTime.ofPosition(0);

	/**
	 * Creates an empty history, of one window.
	 * @param limits what it may hold
	 * @param nanoTime a clock that cannot jump, see {@link System#nanoTime()}
	 */
	public EventHistory(Limits limits, LongSupplier nanoTime) {
		this(limits, List.of(), nanoTime);
	}

	/**
	 * Creates an empty history, of several windows.
	 * @param others what it may hold of that for which there is no window
	 * @param windows windows of their own for some topics: an event is in the first that
	 * is for any of its topics
	 * @param nanoTime a clock that cannot jump, see {@link System#nanoTime()}
	 */
	public EventHistory(Limits others, List<HistoryWindow> windows, LongSupplier nanoTime) {
		Limits limits = others;
		for (HistoryWindow window : windows) {
			if (!window.isLatestKept()) {
				limits = limits.smaller(window.limits());
			}
		}
		this.limits = limits;
		this.nanoTime = nanoTime;
		this.tail = new Cursor(0, new EventId(0, 0, ""));
		this.entries = (windows.isEmpty()) ? new Ring(others, this.tail)
				: new MergedWindows(windows, others, this.tail);
	}

	/**
	 * How far a reader may fall behind, and find all that is not superseded.
	 * @return the limits, the smallest of those of all windows
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
			long number = this.evictions.get() + 1;
			this.marks.clear(new Evicted(cursor, number));
			this.keys.clear();
			this.evictions.lazySet(number);
			this.entries.clear(cursor);
			this.gone.lazySet(number);
			this.tail = cursor;
			this.now = LogTime.ofPosition(cursor.position());
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
			supersede(entry);
			evict(entry);
			this.entries.add(entry, this.tail);
			this.tailOffset = entry.endOffset();
			this.tail = entry.cursor();
			this.now = LogTime.ofPosition(entry.position());
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
	 * @return the bytes of frames from the next one that is held to the newest
	 */
	public long bytesAfter(long position) {
		if (position >= this.tail.position()) {
			return 0;
		}
		HistoryEntry next = after(position);
		return (next != null) ? Math.max(0, this.tailOffset - next.startOffset()) : 0;
	}

	/**
	 * The position just before the oldest entry that is held.
	 * @return the cursor of a reader that begins at the window's start
	 */
	public Cursor beforeOldest() {
		return this.entries.beforeOldest();
	}

	/**
	 * Reads an entry.
	 * @param position its position
	 * @return the entry, {@code null} if it is evicted or not there yet
	 */
	public @Nullable HistoryEntry get(long position) {
		return this.entries.get(position);
	}

	/**
	 * The oldest entry after a position.
	 * @param position the position
	 * @return the entry, {@code null} if none is held
	 */
	public @Nullable HistoryEntry after(long position) {
		return this.entries.after(position);
	}

	/**
	 * The place just before an entry.
	 * @param entry an entry that was found just now
	 * @return the cursor of a reader whose next entry it is
	 */
	public Cursor placeBefore(HistoryEntry entry) {
		return this.entries.placeBefore(entry);
	}

	/**
	 * Where all that was held and is not any more lies at or before.
	 * @return the newest of what is evicted; where the history began, if nothing is
	 */
	public Cursor evictedUpTo() {
		return this.entries.removedUpTo();
	}

	/**
	 * How many events were evicted and lost: it rises before they cannot be found.
	 * @return the number
	 */
	public long evictions() {
		return this.evictions.get();
	}

	/**
	 * How many events were evicted and lost, and cannot be found any more: what is found
	 * after this was asked is none of them.
	 * @return the number, at most that of {@link #evictions()}
	 */
	public long gone() {
		return this.gone.get();
	}

	/**
	 * How many events are held.
	 * @return the number
	 */
	public int count() {
		return this.entries.count();
	}

	/**
	 * The size of what is held.
	 * @return the bytes of the frames
	 */
	public long bytes() {
		return this.entries.bytes();
	}

	/**
	 * The newest entry before a position.
	 * @param position the position
	 * @return the entry, {@code null} if none is held
	 */
	public @Nullable HistoryEntry before(long position) {
		return this.entries.before(position);
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
		Cursor found = this.entries.beforeOldest();
		if (id.compareTo(found.id()) < 0) {
			return new Cursor(found.position() - 1, id);
		}
		long low = found.position() + 1;
		long high = newest.position();
		while (low <= high) {
			long middle = (low + high) >>> 1;
			HistoryEntry entry = before(middle + 1);
			if (entry == null || entry.position() < low) {
				low = middle + 1;
			}
			else if (entry.cursor().id().compareTo(id) <= 0) {
				found = entry.cursor();
				low = middle + 1;
			}
			else {
				high = entry.position() - 1;
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
		HistoryEntry entry = after(beforeOldest().position());
		while (entry != null && !(ownId.equals(entry.ownId()) && isHeard.test(entry))) {
			entry = after(entry.position());
		}
		return (entry != null) ? entry.cursor() : null;
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
	 * @return what it was; where the history began, if none was evicted since;
	 * {@code null} before that
	 */
	public @Nullable Evicted lastEvicted(SseAudience.Key key) {
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
			evict(null);
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private void supersede(HistoryEntry entry) {
		if (entry.event().key() != null || this.entries.isLatestKept(entry)) {
			HistoryEntry before = this.keys.add(entry);
			if (before != null) {
				this.entries.superseded(before);
			}
		}
	}

	/**
	 * Evicts what is too old, or in the way of an entry that comes.
	 */
	@GuardedBy("this.lock")
	private void evict(@Nullable HistoryEntry next) {
		long now = this.nanoTime.getAsLong();
		HistoryEntry surplus = this.entries.surplus(next, now);
		while (surplus != null) {
			boolean isLost = !surplus.isSuperseded();
			if (isLost) {
				long number = this.evictions.get() + 1;
				this.marks.mark(surplus, number);
				this.evictions.lazySet(number);
			}
			if (surplus.event().key() != null || this.entries.isLatestKept(surplus)) {
				this.keys.remove(surplus);
			}
			this.entries.remove(surplus);
			if (isLost) {
				this.gone.lazySet(this.evictions.get());
			}
			surplus = this.entries.surplus(next, now);
		}
	}

	/**
	 * What a history may hold.
	 *
	 * @param maxEvents how many events, at least one
	 * @param maxBytes how many bytes of frames
	 * @param maxAge how long an event
	 */
	public record Limits(int maxEvents, long maxBytes, Duration maxAge) {

		Limits smaller(Limits other) {
			return new Limits(Math.min(this.maxEvents, other.maxEvents), Math.min(this.maxBytes, other.maxBytes),
					(other.maxAge.compareTo(this.maxAge) < 0) ? other.maxAge : this.maxAge);
		}

	}

}
