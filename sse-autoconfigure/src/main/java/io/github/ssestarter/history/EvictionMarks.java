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

	/** Those that have a mark. */
	private final TopicTree topics = new TopicTree();

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
		this.topics.clear();
		this.forgotten = forgotten;
	}

	void mark(HistoryEntry evicted) {
		for (SseAudience.Key key : evicted.audience().keys()) {
			put(key, evicted.cursor());
			if (key.kind() == SseAudience.Kind.TOPIC) {
				for (String pattern : this.patterns.matching(key.name())) {
					put(topicKey(pattern), evicted.cursor());
				}
			}
		}
		forget();
	}

	/**
	 * Marks a pattern by what its topics are marked with.
	 */
	void addPattern(String pattern) {
		TopicPattern parsed = TopicPattern.of(pattern);
		Newest newest = new Newest();
		this.topics.find(pattern, (topic) -> newest.take(parsed, topic, this.marks.get(topicKey(topic))));
		if (newest.mark != null && isAfter(newest.mark, this.forgotten)) {
			put(topicKey(pattern), newest.mark);
			forget();
		}
	}

	/**
	 * No stream hears a pattern any more: its mark would not be moved.
	 */
	void removePattern(String pattern) {
		this.marks.remove(topicKey(pattern));
	}

	private void put(SseAudience.Key key, Cursor cursor) {
		boolean isNew = this.marks.remove(key) == null;
		this.marks.put(key, cursor);
		if (isNew && isTopic(key)) {
			this.topics.add(key.name());
		}
	}

	private void forget() {
		Iterator<Map.Entry<SseAudience.Key, Cursor>> oldest = this.marks.entrySet().iterator();
		while (this.marks.size() > this.maxMarks) {
			Map.Entry<SseAudience.Key, Cursor> mark = oldest.next();
			this.forgotten = (isAfter(mark.getValue(), this.forgotten)) ? mark.getValue() : this.forgotten;
			oldest.remove();
			if (isTopic(mark.getKey())) {
				this.topics.remove(mark.getKey().name());
			}
		}
	}

	/**
	 * Whether it is the key of a topic and not that of a pattern.
	 */
	private static boolean isTopic(SseAudience.Key key) {
		return key.kind() == SseAudience.Kind.TOPIC && !TopicPatterns.isPattern(key.name());
	}

	private static boolean isAfter(Cursor cursor, @Nullable Cursor other) {
		return other == null || cursor.position() > other.position();
	}

	private static SseAudience.Key topicKey(String name) {
		return new SseAudience.Key(SseAudience.Kind.TOPIC, name);
	}

	/**
	 * The last event of a key that was, or may have been, evicted.
	 */
	@Nullable Cursor last(SseAudience.Key key) {
		Cursor mark = this.marks.get(key);
		return (mark != null) ? mark : this.forgotten;
	}

	/**
	 * The newest mark of what a pattern matches.
	 */
	private static final class Newest {

		private @Nullable Cursor mark;

		void take(TopicPattern pattern, String topic, @Nullable Cursor mark) {
			// That it is newer is sooner known than that it matches
			if (mark != null && isAfter(mark, this.mark) && pattern.matches(topic)) {
				this.mark = mark;
			}
		}

	}

}
