package io.github.ssestarter.history;

import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * The entries of one window for all topics.
 */
final class Ring implements Entries {

	/*
	 * Entries stand each in the slot of its position modulo the ring's size. A slot that
	 * is empty, or holds an entry of another position, tells that what was asked for is
	 * evicted. "Oldest" moves before its slot is cleared.
	 */

	private final EventHistory.Limits limits;

	private final AtomicReferenceArray<@Nullable HistoryEntry> slots;

	/** Written under the history's lock, as is all that is volatile. */
	private volatile Cursor beforeOldest;

	private volatile long removedOffset;

	private volatile long newest;

	private volatile long newestOffset;

	Ring(EventHistory.Limits limits, Cursor start) {
		this.limits = limits;
		this.slots = new AtomicReferenceArray<>(Math.max(2, Integer.highestOneBit(limits.maxEvents() * 2 - 1)));
		this.beforeOldest = start;
		this.newest = start.position();
	}

	@Override
	public void clear(Cursor start) {
		this.removedOffset = this.newestOffset;
		this.beforeOldest = start;
		this.newest = start.position();
		for (int i = 0; i < this.slots.length(); i++) {
			this.slots.set(i, null);
		}
	}

	@Override
	public @Nullable HistoryEntry surplus(@Nullable HistoryEntry next, long now) {
		HistoryEntry oldest = get(this.beforeOldest.position() + 1);
		boolean mustGo = oldest != null
				&& ((next != null && hasNoRoom(oldest, next)) || oldest.isOlderThan(this.limits, now));
		return (mustGo) ? oldest : null;
	}

	private boolean hasNoRoom(HistoryEntry oldest, HistoryEntry next) {
		return next.position() - oldest.position() >= this.limits.maxEvents()
				|| next.endOffset() - oldest.startOffset() > this.limits.maxBytes();
	}

	@Override
	public void remove(HistoryEntry surplus) {
		this.removedOffset = surplus.endOffset();
		this.beforeOldest = surplus.cursor();
		this.slots.set(slot(surplus.position()), null);
	}

	@Override
	public void add(HistoryEntry entry, Cursor before) {
		this.slots.set(slot(entry.position()), entry);
		this.newestOffset = entry.endOffset();
		this.newest = entry.position();
	}

	@Override
	public void superseded(HistoryEntry entry) {
		// It stays as long as others
	}

	@Override
	public boolean isLatestKept(HistoryEntry entry) {
		return false;
	}

	@Override
	public @Nullable HistoryEntry get(long position) {
		HistoryEntry entry = this.slots.get(slot(position));
		return (entry != null && entry.position() == position) ? entry : null;
	}

	@Override
	public @Nullable HistoryEntry after(long position) {
		HistoryEntry next = get(position + 1);
		while (next == null && position < this.beforeOldest.position()) {
			next = get(this.beforeOldest.position() + 1);
			if (next == null && this.beforeOldest.position() >= this.newest) {
				return null;
			}
		}
		return next;
	}

	@Override
	public @Nullable HistoryEntry before(long position) {
		return get(position - 1);
	}

	@Override
	public Cursor placeBefore(HistoryEntry entry) {
		HistoryEntry before = get(entry.position() - 1);
		return (before != null) ? before.cursor() : this.beforeOldest;
	}

	@Override
	public Cursor beforeOldest() {
		return this.beforeOldest;
	}

	@Override
	public Cursor removedUpTo() {
		return this.beforeOldest;
	}

	@Override
	public int count() {
		return (int) Math.max(0, this.newest - this.beforeOldest.position());
	}

	@Override
	public long bytes() {
		return Math.max(0, this.newestOffset - this.removedOffset);
	}

	private int slot(long position) {
		return (int) (position & (this.slots.length() - 1));
	}

}
