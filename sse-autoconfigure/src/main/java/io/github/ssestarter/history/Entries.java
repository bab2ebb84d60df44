package io.github.ssestarter.history;

import org.jspecify.annotations.Nullable;

/**
 * The entries that are held, in the order of the log, and which of them is to go next.
 * Changed under the lock of its history, read without.
 */
interface Entries {

	/**
	 * Begins again, with nothing.
	 * @param start what is added stands after it
	 */
	void clear(Cursor start);

	/**
	 * An entry that has to go.
	 * @param next the entry that there has to be room for, {@code null} if none comes
	 * @param now the time of the history's clock
	 * @return the entry, {@code null} if there is none
	 */
	@Nullable HistoryEntry surplus(@Nullable HistoryEntry next, long now);

	/**
	 * Removes {@link #surplus what has to go}.
	 */
	void remove(HistoryEntry surplus);

	/**
	 * Adds an entry, for which there is room.
	 * @param before the place before it
	 */
	void add(HistoryEntry entry, Cursor before);

	/**
	 * An entry is superseded that is held.
	 */
	void superseded(HistoryEntry entry);

	/**
	 * Whether the newest event of a topic supersedes those before it if these have no
	 * key.
	 */
	boolean isLatestKept(HistoryEntry entry);

	/**
	 * The entry at a position.
	 */
	@Nullable HistoryEntry get(long position);

	/**
	 * The oldest entry after a position.
	 */
	@Nullable HistoryEntry after(long position);

	/**
	 * The newest entry before a position.
	 */
	@Nullable HistoryEntry before(long position);

	/**
	 * The place just before an entry; if it has just been removed, that or a later one.
	 */
	Cursor placeBefore(HistoryEntry entry);

	/**
	 * The place just before the oldest entry.
	 */
	Cursor beforeOldest();

	/**
	 * The newest of those that are removed.
	 */
	Cursor removedUpTo();

	int count();

	long bytes();

}
