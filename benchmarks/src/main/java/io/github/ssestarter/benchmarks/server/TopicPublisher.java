package io.github.ssestarter.benchmarks.server;

/**
 * How a server publishes.
 */
@FunctionalInterface
public interface TopicPublisher {

	/**
	 * Publishes to all clients of a topic.
	 * @param topic the topic's name
	 * @param payload the data
	 */
	void publish(String topic, Payload payload) throws Exception;

}
