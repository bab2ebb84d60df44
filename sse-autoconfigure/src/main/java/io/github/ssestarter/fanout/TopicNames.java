package io.github.ssestarter.fanout;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.ssestarter.SseTopic;

/**
 * The names of the topics that a stream joins.
 */
final class TopicNames {

	private TopicNames() {
	}

	/**
	 * Refuses what is not the name of a topic, or too long a name.
	 */
	static Set<String> checked(List<String> topics, EngineSettings.Limits limits) {
		for (String topic : topics) {
			SseTopic.requireName(topic);
			if (topic.length() > limits.maxTopicLength()) {
				throw new IllegalArgumentException("The name of a topic has " + topic.length()
						+ " characters, more than sse.limits.max-topic-length (" + limits.maxTopicLength() + ")");
			}
		}
		return new LinkedHashSet<>(topics);
	}

}
