package io.github.ssestarter.starter.testsupport;

import java.util.EnumSet;
import java.util.Set;

/**
 * The clients of {@link NpmClients}.
 */
public enum NpmClient {

	UNDICI("undici"), EVENTSOURCE("eventsource"), EVENTSOURCE_CLIENT("eventsource-client"),
	LAUNCHDARKLY("launchdarkly-eventsource"), POLYFILL("event-source-polyfill"),
	FETCH_EVENT_SOURCE("fetch-event-source"), EXTENDED("extended-eventsource"), SSE_JS("sse.js"), CHROMIUM("Chromium");

	private final String label;

	NpmClient(String label) {
		this.label = label;
	}

	static NpmClient of(String label) {
		for (NpmClient client : values()) {
			if (client.label.equals(label)) {
				return client;
			}
		}
		throw new IllegalArgumentException(label);
	}

	/**
	 * Those that run in Chromium.
	 */
	static Set<NpmClient> inBrowser() {
		return EnumSet.of(FETCH_EVENT_SOURCE, SSE_JS, CHROMIUM);
	}

	/**
	 * Those that come back after a stream that has ended in order: to this one it is the
	 * end.
	 */
	public boolean comesBackAfterAnEnd() {
		return this != FETCH_EVENT_SOURCE;
	}

	/**
	 * This machine, by a name that is like no other to a browser.
	 */
	public String host(String name) {
		return (inBrowser().contains(this)) ? name + ".localhost" : "localhost";
	}

	/**
	 * As it is called in {@code docs/clients.md}.
	 */
	public String label() {
		return this.label;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
