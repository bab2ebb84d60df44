package io.github.ssestarter.history;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * The last evicted event of each topic, pattern, user and client: what tells a reader
 * that fell out of the window whether it lost anything. Bounded: what was evicted longest
 * ago is forgotten first, and one mark stands for all that is forgotten. Used under the
 * lock of its history.
 */
final class EvictionMarks {

	private final int maxMarks;

	/** In the order of eviction, since a mark that moves is put in anew. */
	private final Map<SseAudience.Key, Cursor> marks = new LinkedHashMap<>();

	private final TopicPatterns patterns;

	/** The newest of those that are forgotten. */
	private @Nullable Cursor forgotten;

	EvictionMarks(int maxMarks, TopicPatterns patterns) {
		this.maxMarks = maxMarks;
		this.patterns = patterns;
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
			put(key, evicted.cursor());
			if (key.kind() == SseAudience.Kind.TOPIC) {
				for (String pattern : this.patterns.matching(key.name())) {
					put(patternKey(pattern), evicted.cursor());
				}
			}
		}
		forget();
	}

	/**
	 * Marks a pattern by what its topics are marked with.
	 */
	void addPattern(String pattern) {
		Cursor newest = null;
		for (Map.Entry<SseAudience.Key, Cursor> mark : this.marks.entrySet()) {
			SseAudience.Key key = mark.getKey();
			if (key.kind() == SseAudience.Kind.TOPIC && !TopicPatterns.isPattern(key.name())
					&& isAfter(mark.getValue(), newest) && this.patterns.matches(pattern, key.name())) {
				newest = mark.getValue();
			}
		}
		if (newest != null && isAfter(newest, this.forgotten)) {
			put(patternKey(pattern), newest);
			forget();
		}
	}

	/**
	 * No stream hears a pattern any more: its mark would not be moved.
	 */
	void removePattern(String pattern) {
		this.marks.remove(patternKey(pattern));
	}

	private void put(SseAudience.Key key, Cursor cursor) {
		this.marks.remove(key);
		this.marks.put(key, cursor);
	}

	private void forget() {
		Iterator<Cursor> oldest = this.marks.values().iterator();
		while (this.marks.size() > this.maxMarks) {
			Cursor cursor = oldest.next();
			this.forgotten = (isAfter(cursor, this.forgotten)) ? cursor : this.forgotten;
			oldest.remove();
		}
	}

	private static boolean isAfter(Cursor cursor, @Nullable Cursor other) {
		return other == null || cursor.position() > other.position();
	}

	private static SseAudience.Key patternKey(String pattern) {
		return new SseAudience.Key(SseAudience.Kind.TOPIC, pattern);
	}

	/**
	 * The last event of a key that was, or may have been, evicted.
	 */
	@Nullable Cursor last(SseAudience.Key key) {
		Cursor mark = this.marks.get(key);
		return (mark != null) ? mark : this.forgotten;
	}

}
