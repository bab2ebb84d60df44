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
	private final Map<SseAudience.Key, Evicted> marks = new LinkedHashMap<>();

	/** Those that have a mark. */
	private final TopicTree topics = new TopicTree();

	private final TopicPatterns patterns;

	/** The newest of those that are forgotten. */
	private @Nullable Evicted forgotten;

	EvictionMarks(int maxMarks, TopicPatterns patterns) {
		this.maxMarks = maxMarks;
		this.patterns = patterns;
	}

	/**
	 * Forgets all: from now on anything up to a position may have been evicted.
	 */
	void clear(Evicted forgotten) {
		this.marks.clear();
		this.topics.clear();
		this.forgotten = forgotten;
	}

	/**
	 * An event is evicted, and lost.
	 * @param number how many have been
	 */
	void mark(HistoryEntry entry, long number) {
		Evicted evicted = new Evicted(entry.cursor(), number);
		for (SseAudience.Key key : entry.audience().keys()) {
			put(key, evicted);
			if (key.kind() == SseAudience.Kind.TOPIC) {
				for (String pattern : this.patterns.matching(key.name())) {
					put(topicKey(pattern), evicted);
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

	private void put(SseAudience.Key key, Evicted evicted) {
		Evicted before = this.marks.remove(key);
		// Windows let go in an order of their own
		this.marks.put(key, (before == null || isAfter(evicted, before)) ? evicted
				: new Evicted(before.cursor(), evicted.number()));
		if (before == null && isTopic(key)) {
			this.topics.add(key.name());
		}
	}

	private void forget() {
		Iterator<Map.Entry<SseAudience.Key, Evicted>> oldest = this.marks.entrySet().iterator();
		while (this.marks.size() > this.maxMarks) {
			Map.Entry<SseAudience.Key, Evicted> mark = oldest.next();
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

	private static boolean isAfter(Evicted evicted, @Nullable Evicted other) {
		return other == null || evicted.position() > other.position();
	}

	private static SseAudience.Key topicKey(String name) {
		return new SseAudience.Key(SseAudience.Kind.TOPIC, name);
	}

	/**
	 * The last event of a key that was, or may have been, evicted.
	 */
	@Nullable Evicted last(SseAudience.Key key) {
		Evicted mark = this.marks.get(key);
		return (mark != null) ? mark : this.forgotten;
	}

	/**
	 * The newest mark of what a pattern matches.
	 */
	private static final class Newest {

		private @Nullable Evicted mark;

		void take(TopicPattern pattern, String topic, @Nullable Evicted mark) {
			// That it is newer is sooner known than that it matches
			if (mark != null && isAfter(mark, this.mark) && pattern.matches(topic)) {
				this.mark = mark;
			}
		}

	}

}
