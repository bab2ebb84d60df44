package io.github.ssestarter.fanout.hearing;

import java.util.Set;

/**
 * What is decided about the topics that a stream's patterns match: whether it may hear
 * them.
 */
public interface Decisions {

	/**
	 * Whether the stream may hear a topic, as far as that is decided. Any thread.
	 */
	Hearing decision(String topic);

	/**
	 * Has the application decide about some topics, unless it is being asked already.
	 * Does not wait.
	 */
	void ask(Set<String> topics);

	/**
	 * Has the application decide about some topics, and waits for it.
	 */
	void decide(Set<String> topics);

}
