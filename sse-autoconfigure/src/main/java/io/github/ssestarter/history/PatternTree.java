package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;

import io.github.ssestarter.SseTopic;

/**
 * Patterns, in the order of their segments: to find those that match a topic costs what
 * is found, however many there are that differ in a segment, or in how they begin or end.
 * Changed by one thread at a time; any thread may read it.
 *
 * @since 0.1.0
 */
public final class PatternTree {

	/*
	 * A level of the tree is a segment. A pattern goes down by each segment that is a
	 * name or stands for any one, and stays where these end. What it has left then, such
	 * as "a-*", "{id:[0-9]+}/b" or "**", is known by the text that it begins with and the
	 * text that the pattern ends with. So whatever matches is found, and of what is found
	 * PathPattern tells whether it matches.
	 */

	private final Node root = new Node();

	void add(TopicPattern pattern) {
		this.root.add(pattern, pattern.path(), 1);
	}

	void remove(TopicPattern pattern) {
		this.root.remove(pattern, pattern.path(), 1);
	}

	/**
	 * The patterns that match a topic.
	 * @param topic the topic's name
	 * @return the patterns, as they were joined
	 */
	public List<String> matching(String topic) {
		Search search = new Search("/" + topic);
		this.root.find(search, 1);
		return List.copyOf(search.found);
	}

	/**
	 * What is looked for.
	 */
	private static final class Search {

		private final String path;

		private List<String> found = List.of();

		private @Nullable PathContainer parsed;

		Search(String path) {
			this.path = path;
		}

		void test(@Nullable Set<TopicPattern> patterns) {
			if (patterns == null) {
				return;
			}
			if (this.parsed == null) {
				this.parsed = TopicPattern.parsePath(this.path);
			}
			for (TopicPattern pattern : patterns) {
				if (pattern.matches(this.parsed)) {
					found(pattern.text());
				}
			}
		}

		private void found(String pattern) {
			if (this.found.isEmpty()) {
				this.found = new ArrayList<>(1);
			}
			this.found.add(pattern);
		}

	}

	/**
	 * What some segments lead to.
	 */
	private static final class Node {

		private final Map<String, Node> named = new ConcurrentHashMap<>();

		private volatile @Nullable Node any;

		/** Whose last segment it is. */
		private volatile @Nullable Set<TopicPattern> whole;

		/** By the lengths of their texts, so that a topic's are known to look for. */
		private final Map<Lengths, Map<Texts, Set<TopicPattern>>> open = new ConcurrentHashMap<>();

		void add(TopicPattern pattern, String path, int from) {
			if (from > path.length()) {
				Set<TopicPattern> whole = this.whole;
				if (whole == null) {
					whole = ConcurrentHashMap.newKeySet();
					this.whole = whole;
				}
				whole.add(pattern);
				return;
			}
			int to = TopicPattern.endOfSegment(path, from);
			String segment = path.substring(from, to);
			if (!TopicPatterns.isPattern(segment)) {
				this.named.computeIfAbsent(segment, (name) -> new Node()).add(pattern, path, to + 1);
			}
			else if (TopicPattern.isAnySegment(segment)) {
				Node any = this.any;
				if (any == null) {
					any = new Node();
					this.any = any;
				}
				any.add(pattern, path, to + 1);
			}
			else {
				Texts texts = Texts.of(path, from);
				this.open.computeIfAbsent(texts.lengths(), (lengths) -> new ConcurrentHashMap<>())
					.computeIfAbsent(texts, (key) -> ConcurrentHashMap.newKeySet())
					.add(pattern);
			}
		}

		void remove(TopicPattern pattern, String path, int from) {
			if (from > path.length()) {
				this.whole = without(this.whole, pattern);
				return;
			}
			int to = TopicPattern.endOfSegment(path, from);
			String segment = path.substring(from, to);
			if (!TopicPatterns.isPattern(segment)) {
				this.named.computeIfPresent(segment, (name, node) -> node.without(pattern, path, to + 1));
			}
			else if (TopicPattern.isAnySegment(segment)) {
				Node node = this.any;
				this.any = (node != null) ? node.without(pattern, path, to + 1) : null;
			}
			else {
				Texts texts = Texts.of(path, from);
				this.open.computeIfPresent(texts.lengths(), (lengths, patterns) -> {
					patterns.computeIfPresent(texts, (key, some) -> without(some, pattern));
					return (patterns.isEmpty()) ? null : patterns;
				});
			}
		}

		private static @Nullable Set<TopicPattern> without(@Nullable Set<TopicPattern> patterns, TopicPattern pattern) {
			if (patterns == null) {
				return null;
			}
			patterns.remove(pattern);
			return (patterns.isEmpty()) ? null : patterns;
		}

		private @Nullable Node without(TopicPattern pattern, String path, int from) {
			remove(pattern, path, from);
			boolean isEmpty = this.named.isEmpty() && this.any == null && this.whole == null && this.open.isEmpty();
			return (isEmpty) ? null : this;
		}

		void find(Search search, int from) {
			String path = search.path;
			if (!this.open.isEmpty()) {
				findOpen(search, Math.min(from, path.length()));
			}
			if (from > path.length()) {
				search.test(this.whole);
				return;
			}
			int to = TopicPattern.endOfSegment(path, from);
			Node named = (this.named.isEmpty()) ? null : this.named.get(path.substring(from, to));
			if (named != null) {
				named.find(search, to + 1);
			}
			Node any = this.any;
			if (any != null) {
				any.find(search, to + 1);
			}
		}

		private void findOpen(Search search, int from) {
			int length = search.path.length();
			this.open.forEach((lengths, patterns) -> {
				if (from + lengths.start() <= length && lengths.end() <= length) {
					search.test(patterns.get(Texts.of(search.path, from, lengths)));
				}
			});
		}

	}

	/**
	 * What is known of the text of some patterns.
	 *
	 * @param start how much a segment begins with
	 * @param end how much all ends with
	 */
	private record Lengths(int start, int end) {
	}

	/**
	 * What is known of a pattern's text.
	 *
	 * @param start what a segment begins with
	 * @param end what all ends with
	 */
	private record Texts(String start, String end) {

		static Texts of(String pattern, int from) {
			int first = from;
			while (!isWildcard(pattern.charAt(first))) {
				first++;
			}
			int last = pattern.length();
			while (!isWildcard(pattern.charAt(last - 1))) {
				last--;
			}
			return new Texts(pattern.substring(from, first), pattern.substring(last));
		}

		static Texts of(String path, int from, Lengths lengths) {
			return new Texts(path.substring(from, from + lengths.start()),
					path.substring(path.length() - lengths.end()));
		}

		Lengths lengths() {
			return new Lengths(this.start.length(), this.end.length());
		}

		private static boolean isWildcard(char c) {
			return SseTopic.WILDCARDS.indexOf(c) >= 0;
		}

	}

}
