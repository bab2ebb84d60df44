package io.github.ssestarter.history;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Topics, in the order of their segments: to find those that a pattern matches costs what
 * goes with it segment by segment, however many there are. Used by one thread at a time.
 */
final class TopicTree {

	/*
	 * A level of the tree is a segment. A pattern goes down as a topic does, by each
	 * child where a segment stands for any one. Where it is neither, such as "a-*",
	 * "{id:[0-9]+}" or "**", all that begins as it does may match, and PathPattern tells.
	 */

	private final Node root = new Node();

	void add(String topic) {
		Node node = this.root;
		for (int from = 0; from <= topic.length(); from = TopicPattern.endOfSegment(topic, from) + 1) {
			node = node.children.computeIfAbsent(topic.substring(from, TopicPattern.endOfSegment(topic, from)),
					(segment) -> new Node());
		}
		node.topic = topic;
	}

	void remove(String topic) {
		this.root.remove(topic, 0);
	}

	void clear() {
		this.root.children.clear();
	}

	/**
	 * Finds all that a pattern may match, and few others.
	 */
	void find(String pattern, Consumer<String> found) {
		this.root.find(pattern, 0, found);
	}

	/**
	 * What some segments lead to.
	 */
	private static final class Node {

		private final NavigableMap<String, Node> children = new TreeMap<>();

		/** Whose last segment it is. */
		private @Nullable String topic;

		/**
		 * Removes what is below a segment.
		 * @return whether nothing is left
		 */
		boolean remove(String topic, int from) {
			if (from > topic.length()) {
				this.topic = null;
			}
			else {
				int to = TopicPattern.endOfSegment(topic, from);
				String segment = topic.substring(from, to);
				Node child = this.children.get(segment);
				if (child != null && child.remove(topic, to + 1)) {
					this.children.remove(segment);
				}
			}
			return this.topic == null && this.children.isEmpty();
		}

		void find(String pattern, int from, Consumer<String> found) {
			if (from > pattern.length()) {
				tell(found);
				return;
			}
			int to = TopicPattern.endOfSegment(pattern, from);
			String segment = pattern.substring(from, to);
			if (!TopicPatterns.isPattern(segment)) {
				Node child = this.children.get(segment);
				if (child != null) {
					child.find(pattern, to + 1, found);
				}
			}
			else if (TopicPattern.isAnySegment(segment)) {
				this.children.values().forEach((child) -> child.find(pattern, to + 1, found));
			}
			else {
				// "a/**" matches "a" as well
				tell(found);
				findBelow(TopicPatterns.start(segment), found);
			}
		}

		private void findBelow(String start, Consumer<String> found) {
			for (var child : this.children.tailMap(start).entrySet()) {
				if (!child.getKey().startsWith(start)) {
					break;
				}
				child.getValue().tell(found);
				child.getValue().findBelow("", found);
			}
		}

		private void tell(Consumer<String> found) {
			if (this.topic != null) {
				found.accept(this.topic);
			}
		}

	}

}
