package io.github.ssestarter.fanout.hearing;

import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;

/**
 * Where a newcomer begins.
 */
interface Beginning {

	/** At the oldest event held. */
	Beginning START = (history, subscription, since) -> new LookBack(history, subscription, since).all();

	/** With the newest event of each topic, and of each key in it. */
	Beginning LATEST = (history, subscription, since) -> new LookBack(history, subscription, since).newest();

	/**
	 * With the last events that it would have heard.
	 * @param events how many
	 */
	static Beginning last(int events) {
		return (history, subscription, since) -> new LookBack(history, subscription, since).last(events);
	}

	/**
	 * Finds the place. Waits for the application: without any lock.
	 * @param since where the newcomer began to listen: what comes after it, it hears
	 */
	StartPosition find(EventHistory history, Subscription subscription, Cursor since);

}
