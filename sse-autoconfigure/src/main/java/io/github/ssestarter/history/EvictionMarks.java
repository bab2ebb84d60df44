package io.github.ssestarter.history;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * The last evicted event of each topic, user and client: what tells a reader that fell
 * out of the window whether it lost anything. Bounded: what was evicted longest ago is
 * forgotten first, and one mark stands for all that is forgotten.
 */
final class EvictionMarks {

	private final int maxMarks;

	/** In the order of eviction, since a mark that moves is put in anew. */
	private final Map<SseAudience.Key, Cursor> marks = new LinkedHashMap<>();

	private @Nullable Cursor forgotten;

	EvictionMarks(int maxMarks) {
		this.maxMarks = maxMarks;
	}

	/**
	 * Forgets all: from now on anything up to a position may have been evicted.
	 */
	void clear(Cursor forgotten) {
		this.marks.clear();
		this.forgotten = forgotten;
	}

	void mark(HistoryEntry evicted) {
		for (SseAudience.Key key : evicted.audience().keys()) {
			this.marks.remove(key);
			this.marks.put(key, evicted.cursor());
		}
		Iterator<Cursor> oldest = this.marks.values().iterator();
		while (this.marks.size() > this.maxMarks) {
			this.forgotten = oldest.next();
			oldest.remove();
		}
	}

	/**
	 * The last event of a key that was, or may have been, evicted.
	 */
	@Nullable Cursor last(SseAudience.Key key) {
		Cursor mark = this.marks.get(key);
		return (mark != null) ? mark : this.forgotten;
	}

}
