package io.github.ssestarter.fanout.hearing;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The topics of one stream, and patterns among them, each with the moments between which
 * it is heard. Never changes: each change makes another one.
 */
public final class TopicSpans {

	static final TopicSpans NONE = new TopicSpans(Map.of());

	/**
	 * Patterns have characters that a topic cannot have. {@code keySet()} and
	 * {@code values()} are never called: the map would keep those views.
	 */
	private final Map<String, Span> spans;

	private TopicSpans(Map<String, Span> spans) {
		this.spans = Map.copyOf(spans);
	}

	@Nullable Span get(String name) {
		return this.spans.get(name);
	}

	/**
	 * Whether a topic is heard, or was left while something of it may still be due.
	 */
	public boolean holds(String name) {
		return this.spans.containsKey(name);
	}

	/**
	 * Tells of the topics that are heard, and of those that were left while something of
	 * them may still be due.
	 */
	public void forEachHeld(Consumer<String> action) {
		this.spans.forEach((name, span) -> action.accept(name));
	}

	boolean anyHeld(Predicate<Map.Entry<String, Span>> test) {
		for (Map.Entry<String, Span> topic : this.spans.entrySet()) {
			if (test.test(topic)) {
				return true;
			}
		}
		return false;
	}

	boolean isOpen(String name) {
		Span span = this.spans.get(name);
		return span != null && span.isOpen();
	}

	/**
	 * The topics that are heard now, in alphabetical order.
	 */
	public Set<String> open() {
		Set<String> names = new TreeSet<>();
		this.spans.forEach((name, span) -> {
			if (span.isOpen()) {
				names.add(name);
			}
		});
		return names;
	}

	/**
	 * How many topics are heard now.
	 */
	int openCount() {
		int count = 0;
		for (Map.Entry<String, Span> topic : this.spans.entrySet()) {
			count += (topic.getValue().isOpen()) ? 1 : 0;
		}
		return count;
	}

	/**
	 * Those of some topics that are heard now.
	 */
	Set<String> openOf(Collection<String> names) {
		Set<String> open = new HashSet<>(names);
		open.removeIf((name) -> !isOpen(name));
		return open;
	}

	/**
	 * Whether something may still be due of a topic that was left.
	 */
	public boolean hasLeft() {
		return anyHeld((topic) -> !topic.getValue().isOpen() || topic.getValue().earlier() != null);
	}

	/**
	 * What is heard is heard from the beginning of the log.
	 */
	TopicSpans fromStart() {
		Map<String, Span> changed = new HashMap<>(this.spans);
		changed.replaceAll((name, span) -> (span.isOpen()) ? Span.ALWAYS : span);
		return new TopicSpans(changed);
	}

	/**
	 * Topics are heard, which are not yet. Their names are interned: thousands of streams
	 * join the same topic, each with a name out of its own request.
	 * @param now the moment after which one is heard that was left before
	 * @param span of one that was not, nor joined by another request in its place
	 */
	TopicSpans with(Collection<String> names, long now, Span span) {
		Map<String, Span> changed = new HashMap<>(this.spans);
		for (String name : names) {
			changed.merge(name.intern(), span, (before, added) -> before.joinedAgain(now, added));
		}
		return new TopicSpans(changed);
	}

	/**
	 * Topics are left.
	 * @param until the last moment at which they are heard
	 */
	TopicSpans left(Collection<String> names, long until) {
		Map<String, Span> changed = new HashMap<>(this.spans);
		for (String name : names) {
			changed.computeIfPresent(name, (topic, span) -> (span.isOpen()) ? span.endingAt(until) : span);
		}
		return new TopicSpans(changed);
	}

	/**
	 * Topics are not heard any more, nor what was due of them.
	 */
	TopicSpans without(Collection<String> names) {
		Map<String, Span> changed = new HashMap<>(this.spans);
		names.forEach(changed::remove);
		return new TopicSpans(changed);
	}

	/**
	 * What was left at or before a moment is forgotten.
	 */
	TopicSpans servedUpTo(long time) {
		Map<String, Span> changed = new HashMap<>();
		this.spans.forEach((name, span) -> {
			if (!span.isServed(time)) {
				changed.put(name, span.withoutEarlier(time));
			}
		});
		return new TopicSpans(changed);
	}

}
