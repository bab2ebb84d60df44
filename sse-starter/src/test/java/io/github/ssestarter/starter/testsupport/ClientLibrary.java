package io.github.ssestarter.starter.testsupport;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The clients of {@link ClientLibraries}.
 */
public enum ClientLibrary {

	UNDICI("undici"), EVENTSOURCE("eventsource"), EVENTSOURCE_CLIENT("eventsource-client"),
	LAUNCHDARKLY("launchdarkly-eventsource"), POLYFILL("event-source-polyfill"),
	FETCH_EVENT_SOURCE("fetch-event-source"), EXTENDED("extended-eventsource"), SSE_JS("sse.js"),
	RECONNECTING("reconnecting-eventsource"), HTMX_EXT_SSE("htmx-ext-sse"), HX_SSE("hx-sse"), DATASTAR("Datastar"),
	CHROMIUM("Chromium"), OKHTTP_EVENTSOURCE("okhttp-eventsource", JavaClients::okHttpEventSource),
	OKHTTP_SSE("okhttp-sse", JavaClients::okHttpSse), JERSEY("Jersey", JavaClients::jersey),
	WEB_CLIENT("WebClient", JavaClients::webClient), RESTEASY("RESTEasy", new IsolatedClient("resteasy")),
	CXF("CXF", new IsolatedClient("cxf")), MCP("MCP", new IsolatedClient("mcp")),
	LANGCHAIN4J("langchain4j", new IsolatedClient("langchain4j")),
	MICRONAUT("Micronaut", new IsolatedClient("micronaut")), KTOR("Ktor", new IsolatedClient("ktor"));

	private final String label;

	private final @Nullable JavaClient javaClient;

	ClientLibrary(String label) {
		this(label, null);
	}

	ClientLibrary(String label, @Nullable JavaClient javaClient) {
		this.label = label;
		this.javaClient = javaClient;
	}

	/**
	 * Those that run in Chromium.
	 */
	static Set<ClientLibrary> inBrowser() {
		return EnumSet.of(FETCH_EVENT_SOURCE, SSE_JS, RECONNECTING, HTMX_EXT_SSE, HX_SSE, DATASTAR, CHROMIUM);
	}

	/**
	 * Those that run in Node, or in Chromium by its hand.
	 */
	static Set<ClientLibrary> ofNpm() {
		Set<ClientLibrary> clients = EnumSet.allOf(ClientLibrary.class);
		clients.removeIf((client) -> client.javaClient != null);
		return clients;
	}

	/**
	 * Those of Java that have a class path of their own.
	 */
	static Set<ClientLibrary> isolated() {
		Set<ClientLibrary> clients = EnumSet.allOf(ClientLibrary.class);
		clients.removeIf((client) -> !(client.javaClient instanceof IsolatedClient));
		return clients;
	}

	/**
	 * How it is started, {@code null} if it is not of Java.
	 */
	@Nullable JavaClient javaClient() {
		return this.javaClient;
	}

	/**
	 * Whether it comes back of itself after a stream was cut off.
	 */
	public boolean comesBackAfterACut() {
		return !EnumSet.of(OKHTTP_SSE, WEB_CLIENT, MCP, LANGCHAIN4J, MICRONAUT).contains(this);
	}

	/**
	 * Whether it comes back after a stream has ended in order: to some this is the end.
	 */
	public boolean comesBackAfterAnEnd() {
		return comesBackAfterACut() && this != FETCH_EVENT_SOURCE && this != DATASTAR;
	}

	/**
	 * Whether it hears events of each name: Datastar hears those that begin with
	 * {@code datastar-}.
	 */
	public boolean hearsEachName() {
		return this != DATASTAR;
	}

	/**
	 * This machine, by a name that is like no other to a browser: it opens six
	 * connections to one.
	 */
	public String host(String name) {
		return (inBrowser().contains(this)) ? name + "-" + ordinal() + ".localhost" : "localhost";
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
