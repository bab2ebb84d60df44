package io.github.ssestarter.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Topics and patterns of few names, so that many match, the same each time.
 */
final class RandomTopics {

	private static final List<String> NAMES = List.of("a", "b", "ab", "aab", "a-b", "7", "", "a%2Fb", "..", "a;b");

	private static final List<String> WILD = List.of("*", "{x}", "{some_x}", "{x:[ab]+}", "{x:a\\/b}", "{x:[0-9]{1,2}}",
			"a*", "*b", "?", "a?b", "a*b", "a-{x}", "{x}-b", "*a*", "{x}{y}");

	private static final List<String> REST = List.of("**", "{*rest}");

	private final Random random = new Random(42);

	Set<String> patterns(int count) {
		Set<String> patterns = new TreeSet<>();
		while (patterns.size() < count) {
			List<String> segments = segments();
			segments.replaceAll((name) -> (this.random.nextInt(3) == 0) ? any(WILD).replace("x", variable()) : name);
			int rest = this.random.nextInt(6);
			if (rest < 2) {
				segments.add((rest == 0) ? 0 : segments.size(), any(REST));
			}
			String pattern = String.join("/", segments);
			if (TopicPatterns.isPattern(pattern) && isRead(pattern)) {
				patterns.add(pattern);
			}
		}
		return patterns;
	}

	/** A pattern has no two variables of one name. */
	private String variable() {
		return "v" + this.random.nextInt(100);
	}

	private static boolean isRead(String pattern) {
		try {
			TopicPatterns.require(pattern);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	List<String> topics(int count) {
		Set<String> topics = new TreeSet<>();
		while (topics.size() < count) {
			String topic = String.join("/", segments());
			if (!topic.isEmpty()) {
				topics.add(topic);
			}
		}
		return List.copyOf(topics);
	}

	private List<String> segments() {
		List<String> segments = new ArrayList<>();
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			segments.add(any(NAMES));
		}
		return segments;
	}

	private String any(List<String> texts) {
		return texts.get(this.random.nextInt(texts.size()));
	}

}
