package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * The entries of several windows, in one order.
 */
final class MergedWindows implements Entries {

	private final ConcurrentNavigableMap<Long, Held> held = new ConcurrentSkipListMap<>();

	/** In the order in which they are looked at; the last is for all else. */
	private final List<Window> windows = new ArrayList<>();

	/** Written under the history's lock, as is all that is volatile. */
	private volatile Cursor beforeOldest;

	private volatile Cursor removedUpTo;

	private volatile int count;

	private volatile long bytes;

	MergedWindows(List<HistoryWindow> windows, EventHistory.Limits others, Cursor start) {
		windows.forEach((window) -> this.windows.add(new Window(window)));
		this.windows.add(new Window(new HistoryWindow((topic) -> true, others, false)));
		this.beforeOldest = start;
		this.removedUpTo = start;
	}

	private Window window(SseAudience audience) {
		for (Window window : this.windows) {
			if (window.isFor(audience)) {
				return window;
			}
		}
		return this.windows.get(this.windows.size() - 1);
	}

	private Window window(HistoryEntry entry) {
		Held found = this.held.get(entry.position());
		return (found != null) ? found.window : window(entry.audience());
	}

	@Override
	public void clear(Cursor start) {
		this.windows.forEach(Window::clear);
		this.removedUpTo = start;
		this.held.clear();
		this.beforeOldest = start;
		this.count = 0;
		this.bytes = 0;
	}

	@Override
	public @Nullable HistoryEntry surplus(@Nullable HistoryEntry next, long now) {
		HistoryEntry surplus = (next != null) ? window(next.audience()).surplus(next) : null;
		for (int i = 0; i < this.windows.size() && surplus == null; i++) {
			surplus = this.windows.get(i).surplus(now);
		}
		return surplus;
	}

	@Override
	public void remove(HistoryEntry surplus) {
		window(surplus).remove(surplus);
		if (surplus.position() > this.removedUpTo.position()) {
			this.removedUpTo = surplus.cursor();
		}
		this.held.remove(surplus.position());
		Map.Entry<Long, Held> oldest = this.held.firstEntry();
		this.beforeOldest = (oldest != null) ? oldest.getValue().before : this.removedUpTo;
		counted();
	}

	@Override
	public void add(HistoryEntry entry, Cursor before) {
		Window window = window(entry.audience());
		window.add(entry);
		if (this.held.isEmpty()) {
			this.beforeOldest = before;
		}
		this.held.put(entry.position(), new Held(entry, before, window));
		counted();
	}

	private void counted() {
		this.count = this.windows.stream().mapToInt(Window::count).sum();
		this.bytes = this.windows.stream().mapToLong(Window::bytes).sum();
	}

	@Override
	public void superseded(HistoryEntry entry) {
		window(entry).superseded(entry);
	}

	@Override
	public boolean isLatestKept(HistoryEntry entry) {
		return window(entry).isLatestKept();
	}

	@Override
	public @Nullable HistoryEntry get(long position) {
		return entry(this.held.get(position));
	}

	@Override
	public @Nullable HistoryEntry after(long position) {
		return entry(this.held.higherEntry(position));
	}

	@Override
	public @Nullable HistoryEntry before(long position) {
		return entry(this.held.lowerEntry(position));
	}

	private static @Nullable HistoryEntry entry(Map.@Nullable Entry<Long, Held> found) {
		return (found != null) ? entry(found.getValue()) : null;
	}

	private static @Nullable HistoryEntry entry(@Nullable Held found) {
		return (found != null) ? found.entry : null;
	}

	@Override
	public Cursor placeBefore(HistoryEntry entry) {
		Held found = this.held.get(entry.position());
		return (found != null) ? found.before : entry.cursor();
	}

	@Override
	public Cursor beforeOldest() {
		return this.beforeOldest;
	}

	@Override
	public Cursor removedUpTo() {
		return this.removedUpTo;
	}

	@Override
	public int count() {
		return this.count;
	}

	@Override
	public long bytes() {
		return this.bytes;
	}

	/**
	 * An entry that is held.
	 *
	 * @param entry the entry
	 * @param before the place before it
	 * @param window which window it is in
	 */
	private record Held(HistoryEntry entry, Cursor before, Window window) {
	}

}
