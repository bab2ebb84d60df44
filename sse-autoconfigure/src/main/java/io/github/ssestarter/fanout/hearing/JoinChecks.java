package io.github.ssestarter.fanout.hearing;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.ssestarter.SseTopic;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.history.TopicPatterns;

/**
 * What a stream may join.
 */
public final class JoinChecks {

	private JoinChecks() {
	}

	/**
	 * Refuses what is not the name of a topic, or is too long for one.
	 */
	public static Set<String> names(Collection<String> topics, TopicLimits limits) {
		for (String topic : topics) {
			SseTopic.requireName(topic);
			requireLength(topic, limits);
		}
		return new LinkedHashSet<>(topics);
	}

	/**
	 * Refuses what is not a pattern of topics, or is too long for one.
	 */
	public static String pattern(String pattern, TopicLimits limits) {
		requireLength(pattern, limits);
		TopicPatterns.require(pattern);
		return pattern;
	}

	public static void requireLength(String topic, TopicLimits limits) {
		if (topic.length() > limits.maxLength()) {
			throw new SseTopicException("The name of a topic has " + topic.length()
					+ " characters, more than sse.limits.max-topic-length (" + limits.maxLength() + ")");
		}
	}

}
