package io.github.ssestarter;

/**
 * A bean that hears in the process what is published, whether any client does or not: to
 * keep a copy, or to act on what other nodes publish.
 * <p>
 * Each is told of every event once, in the order that clients hear it, from the start of
 * the application on; of direct sends to a stream it is not. Called on one of a few
 * threads for callbacks, by one at a time, all listeners in turn, and nobody waits for
 * them. If they are so slow that the next event has left the history they miss it, which
 * the log tells.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SsePublishListener {

	/**
	 * An event was published. What this throws is logged.
	 * @param event the event, as clients hear it
	 */
	void published(SsePublishedEvent event);

}
