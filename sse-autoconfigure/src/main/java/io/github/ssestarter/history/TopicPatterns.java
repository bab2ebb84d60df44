package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.Options;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

import io.github.ssestarter.SseTopic;

/**
 * The patterns that streams of this node have joined, and which of them match a topic:
 * {@link PathPattern}s, whose segments are taken as they are, without percent-decoding.
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

	private static final Options OPTIONS = Options.create('/', false);

	private static final PathPatternParser PARSER = parser();

	private final Map<String, Counted> patterns = new ConcurrentHashMap<>();

	private volatile Map<String, List<String>> kept = new ConcurrentHashMap<>();

	private static PathPatternParser parser() {
		PathPatternParser parser = new PathPatternParser();
		parser.setPathOptions(OPTIONS);
		return parser;
	}

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
			parse(pattern);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("The pattern of topics '" + pattern + "' cannot be read, at index "
					+ Math.max(0, ex.getPosition() - 1) + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * A slash before both, or <code>**</code> would not mean everything at the start.
	 */
	private static PathPattern parse(String pattern) {
		return PARSER.parse("/" + pattern);
	}

	private static PathContainer path(String topic) {
		return PathContainer.parsePath("/" + topic, OPTIONS);
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
		PathPattern parsed = parse(pattern);
		return (topic) -> parsed.matches(path(topic));
	}

	private static int firstWildcard(String text) {
		int index = 0;
		while (index < text.length() && SseTopic.WILDCARDS.indexOf(text.charAt(index)) < 0) {
			index++;
		}
		return index;
	}

	/**
	 * A stream joins a pattern.
	 * @return whether it is the first that does
	 */
	boolean add(String pattern) {
		boolean isFirst = this.patterns.compute(pattern,
				(text, before) -> (before != null) ? before.plus(1) : Counted.first(text)).count == 1;
		if (isFirst) {
			this.kept = new ConcurrentHashMap<>();
		}
		return isFirst;
	}

	/**
	 * A stream leaves a pattern.
	 * @return whether it was the last that had joined it
	 */
	boolean remove(String pattern) {
		boolean isLast = this.patterns.computeIfPresent(pattern,
				(text, before) -> (before.count > 1) ? before.plus(-1) : null) == null;
		if (isLast) {
			this.kept = new ConcurrentHashMap<>();
		}
		return isLast;
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
			found = find(topic);
			if (kept.size() >= MAX_KEPT) {
				kept.clear();
			}
			if (topic.length() <= MAX_KEPT_LENGTH) {
				kept.put(topic, found);
			}
		}
		return found;
	}

	private List<String> find(String topic) {
		PathContainer path = path(topic);
		List<String> found = new ArrayList<>(1);
		for (Map.Entry<String, Counted> pattern : this.patterns.entrySet()) {
			if (pattern.getValue().matches(topic, path)) {
				found.add(pattern.getKey());
			}
		}
		return List.copyOf(found);
	}

	/**
	 * Whether a pattern that a stream has joined matches a topic.
	 */
	boolean matches(String pattern, String topic) {
		Counted counted = this.patterns.get(pattern);
		return counted != null && topic.startsWith(counted.start) && counted.matches(topic, path(topic));
	}

	/**
	 * A pattern.
	 *
	 * @param pattern the pattern
	 * @param start what everything begins with that it matches
	 * @param count how many streams have joined it
	 */
	private record Counted(PathPattern pattern, String start, int count) {

		static Counted first(String text) {
			String start = text.substring(0, firstWildcard(text));
			// "a/**" matches "a" as well
			return new Counted(TopicPatterns.parse(text),
					(start.endsWith("/")) ? start.substring(0, start.length() - 1) : start, 1);
		}

		Counted plus(int more) {
			return new Counted(this.pattern, this.start, this.count + more);
		}

		boolean matches(String topic, PathContainer path) {
			return topic.startsWith(this.start) && this.pattern.matches(path);
		}

	}

}
