package io.github.ssestarter.history;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.springframework.web.util.pattern.PatternParseException;

import io.github.ssestarter.SseTopic;

/**
 * The patterns that streams of this node have joined, and which of them match a topic.
 * Changed under the lock of its history; any thread may read it.
 *
 * @since 0.1.0
 */
public final class TopicPatterns {

	/*
	 * What a topic matches is kept until a pattern comes or goes. "Come" puts the pattern
	 * in and then drops what was kept: whoever computed without the pattern puts the
	 * result where nobody looks any more.
	 */

	private static final int MAX_KEPT = 10_000;

	/** What is asked for may be longer than a topic can be, and anything. */
	private static final int MAX_KEPT_LENGTH = 256;

	private final Map<String, Counted> patterns = new ConcurrentHashMap<>();

	private final PatternTree tree = new PatternTree();

	private volatile Map<String, List<String>> kept = new ConcurrentHashMap<>();

	/**
	 * Checks a pattern.
	 * @param pattern the pattern
	 * @throws IllegalArgumentException if it cannot be parsed
	 */
	public static void require(String pattern) {
		if (!isPattern(pattern)) {
			SseTopic.requireName(pattern);
		}
		try {
			TopicPattern.of(pattern);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("The pattern of topics '" + pattern + "' cannot be read, at index "
					+ Math.max(0, ex.getPosition() - 1) + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Whether a text is a pattern, and not a topic's name.
	 * @param text a pattern or name
	 * @return whether it has wildcards
	 */
	public static boolean isPattern(String text) {
		return firstWildcard(text) < text.length();
	}

	/**
	 * Finds out which topics a pattern matches that nobody has to have joined. Another
	 * pattern it matches by its text.
	 * @param pattern a pattern or name
	 * @return whether it matches a topic
	 * @throws IllegalArgumentException if it cannot be parsed
	 */
	public static Predicate<String> matcher(String pattern) {
		require(pattern);
		return TopicPattern.of(pattern)::matches;
	}

	private static int firstWildcard(String text) {
		int index = 0;
		while (index < text.length() && SseTopic.WILDCARDS.indexOf(text.charAt(index)) < 0) {
			index++;
		}
		return index;
	}

	/**
	 * What everything begins with that a pattern matches, but that <code>a/**</code>
	 * matches <code>a</code> as well.
	 */
	static String start(String pattern) {
		return pattern.substring(0, firstWildcard(pattern));
	}

	/**
	 * A stream joins a pattern. Called by one thread at a time, as {@link #remove} is.
	 * @return whether it is the first that does
	 */
	boolean add(String pattern) {
		Counted before = this.patterns.get(pattern);
		Counted counted = (before != null) ? before.plus(1) : new Counted(TopicPattern.of(pattern), 1);
		this.patterns.put(pattern, counted);
		if (before == null) {
			this.tree.add(counted.pattern);
			this.kept = new ConcurrentHashMap<>();
		}
		return before == null;
	}

	/**
	 * A stream leaves a pattern.
	 * @return whether it was the last that had joined it
	 */
	boolean remove(String pattern) {
		Counted before = this.patterns.get(pattern);
		if (before != null && before.count > 1) {
			this.patterns.put(pattern, before.plus(-1));
			return false;
		}
		if (before != null) {
			this.patterns.remove(pattern);
			this.tree.remove(before.pattern);
			this.kept = new ConcurrentHashMap<>();
		}
		return true;
	}

	/**
	 * Those of some patterns that streams have joined, by themselves: for who asks about
	 * many topics, but only of these.
	 * @param patterns the patterns; names of topics among them are left out
	 * @return the patterns
	 */
	public PatternTree only(Iterable<String> patterns) {
		PatternTree tree = new PatternTree();
		for (String pattern : patterns) {
			Counted counted = this.patterns.get(pattern);
			if (counted != null) {
				tree.add(counted.pattern);
			}
		}
		return tree;
	}

	/**
	 * The patterns that match a topic.
	 * @param topic the topic's name
	 * @return the patterns, as they were joined
	 */
	public List<String> matching(String topic) {
		if (this.patterns.isEmpty()) {
			return List.of();
		}
		Map<String, List<String>> kept = this.kept;
		List<String> found = kept.get(topic);
		if (found == null) {
			found = this.tree.matching(topic);
			if (kept.size() >= MAX_KEPT) {
				kept.clear();
			}
			if (topic.length() <= MAX_KEPT_LENGTH) {
				kept.put(topic, found);
			}
		}
		return found;
	}

	/**
	 * A pattern.
	 *
	 * @param pattern the pattern
	 * @param count how many streams have joined it
	 */
	private record Counted(TopicPattern pattern, int count) {

		Counted plus(int more) {
			return new Counted(this.pattern, this.count + more);
		}

	}

}
