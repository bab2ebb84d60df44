package io.github.ssestarter.history;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * What one of several windows holds, and in which order it lets go. Used under the lock
 * of its history.
 */
final class Window {

	private final HistoryWindow settings;

	/** In the order of the log, but for those that are kept. */
	private final Queue<HistoryEntry> entries = new ArrayDeque<>();

	/** The newest of their topics and keys, that would have had to go. */
	private final Set<HistoryEntry> kept = new LinkedHashSet<>();

	/** Those that were kept until they were superseded. */
	private final Queue<HistoryEntry> stale = new ArrayDeque<>();

	private int count;

	private long bytes;

	Window(HistoryWindow settings) {
		this.settings = settings;
	}

	/**
	 * Whether an event belongs into it: one that is for topics, and for any of those of
	 * the window.
	 */
	boolean isFor(SseAudience audience) {
		for (SseAudience.Key key : audience.keys()) {
			if (key.kind() == SseAudience.Kind.TOPIC && this.settings.topics().test(key.name())) {
				return true;
			}
		}
		return false;
	}

	boolean isLatestKept() {
		return this.settings.isLatestKept();
	}

	void add(HistoryEntry entry) {
		this.entries.add(entry);
		this.count++;
		this.bytes += entry.frame().length;
	}

	void superseded(HistoryEntry entry) {
		if (this.kept.remove(entry)) {
			this.stale.add(entry);
		}
	}

	/**
	 * What has to go for an entry of this window.
	 */
	@Nullable HistoryEntry surplus(HistoryEntry next) {
		EventHistory.Limits limits = this.settings.limits();
		boolean hasRoom = this.count < limits.maxEvents() && this.bytes + next.frame().length <= limits.maxBytes();
		return (hasRoom || this.count == 0) ? null : oldest();
	}

	/**
	 * What has to go whatever comes.
	 */
	@Nullable HistoryEntry surplus(long now) {
		if (!this.settings.isLatestKept()) {
			HistoryEntry oldest = this.entries.peek();
			return (oldest != null && oldest.isOlderThan(this.settings.limits(), now)) ? oldest : null;
		}
		return this.stale.peek();
	}

	private @Nullable HistoryEntry oldest() {
		if (!this.stale.isEmpty()) {
			return this.stale.peek();
		}
		HistoryEntry oldest = this.entries.peek();
		while (this.settings.isLatestKept() && oldest != null && !oldest.isSuperseded()) {
			this.kept.add(this.entries.remove());
			oldest = this.entries.peek();
		}
		return (oldest != null) ? oldest : this.kept.iterator().next();
	}

	void remove(HistoryEntry surplus) {
		if (surplus == this.entries.peek()) {
			this.entries.remove();
		}
		else if (surplus == this.stale.peek()) {
			this.stale.remove();
		}
		else {
			this.kept.remove(surplus);
		}
		this.count--;
		this.bytes -= surplus.frame().length;
	}

	void clear() {
		this.entries.clear();
		this.kept.clear();
		this.stale.clear();
		this.count = 0;
		this.bytes = 0;
	}

	int count() {
		return this.count;
	}

	long bytes() {
		return this.bytes;
	}

}
