package io.github.ssestarter.test;

import java.util.Map;

/**
 * The events by which the starter itself tells a client how its stream stands, under the
 * names that they have unless {@code sse.event} gives them others.
 */
final class Signals {

	/** How the data of each begins. */
	private static final Map<String, String> DATA = Map.of("connected", "{\"clientId\":\"", "sse-heartbeat", "{}",
			"sse-end", "{\"reason\":\"");

	private Signals() {
	}

	/**
	 * Return whether an event is one of them. An application may have events of these
	 * names too.
	 * @param event the event
	 * @return {@code true} if it is the starter's
	 */
	static boolean include(SseTestEvent event) {
		String data = DATA.get(event.name());
		return data != null && event.data().startsWith(data);
	}

}
