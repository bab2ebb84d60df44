package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.EngineStream;

/**
 * What the parts of Spring MVC know about a request's stream: kept in a request
 * attribute, and used by the request's thread only.
 */
final class RequestStream {

	private static final String ATTRIBUTE = RequestStream.class.getName();

	private final HttpServletRequest request;

	private final HttpServletResponse response;

	private @Nullable EngineStream stream;

	/**
	 * How many handlers are at work inside each other: a forward is one inside another.
	 */
	private int depth;

	private boolean hasSucceeded;

	private RequestStream(HttpServletRequest request, HttpServletResponse response) {
		this.request = request;
		this.response = response;
	}

	static @Nullable RequestStream of(HttpServletRequest request) {
		return (RequestStream) request.getAttribute(ATTRIBUTE);
	}

	static void enter(HttpServletRequest request, HttpServletResponse response) {
		RequestStream present = of(request);
		if (present == null) {
			present = new RequestStream(request, response);
			request.setAttribute(ATTRIBUTE, present);
		}
		present.depth++;
	}

	/**
	 * A handler has come to its end.
	 * @return whether it was the outermost one
	 */
	boolean leave() {
		this.depth--;
		return this.depth == 0;
	}

	HttpServletRequest request() {
		return this.request;
	}

	HttpServletResponse response() {
		return this.response;
	}

	@Nullable EngineStream stream() {
		return this.stream;
	}

	/**
	 * The stream, for the one who ends its attached life.
	 */
	@Nullable EngineStream takeStream() {
		EngineStream stream = this.stream;
		this.stream = null;
		return stream;
	}

	void setStream(EngineStream stream) {
		this.stream = stream;
	}

	void succeeded() {
		this.hasSucceeded = this.depth == 1;
	}

	boolean hasSucceeded() {
		return this.hasSucceeded;
	}

}
