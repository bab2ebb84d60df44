package io.github.ssestarter.format;

import io.github.ssestarter.SseEvent;

/**
 * Is shown each event of the application before it is formatted, on the thread that sends
 * it. Returns at once, throws nothing.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EventWatcher {

	/** Looks away. */
	EventWatcher NONE = (event) -> {
	};

	/**
	 * An event is about to be sent, once, however many are to hear it.
	 * @param event the event
	 */
	void sending(SseEvent event);

}
