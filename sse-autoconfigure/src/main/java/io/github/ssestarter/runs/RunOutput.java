package io.github.ssestarter.runs;

import io.github.ssestarter.SseEvent;

/**
 * Where runs send to.
 *
 * @since 0.1.0
 */
public interface RunOutput {

	/**
	 * Sends an event to a topic.
	 * @param topic the topic of a run
	 * @param event the event
	 */
	void send(String topic, SseEvent event);

	/**
	 * Nothing more comes to a topic.
	 * @param topic the topic of a run
	 * @param isFailed whether the run failed
	 */
	void complete(String topic, boolean isFailed);

}
