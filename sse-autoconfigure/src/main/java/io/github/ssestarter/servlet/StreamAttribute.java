package io.github.ssestarter.servlet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.NoRoomException;

/**
 * What the parts of Spring MVC know about a request's stream: kept in a request
 * attribute, and used by the request's thread only.
 */
final class StreamAttribute {

	private static final String ATTRIBUTE = StreamAttribute.class.getName();

	private final HttpServletRequest request;

	private final HttpServletResponse response;

	private @Nullable EngineStream stream;

	/** Why there was no room as the stream was asked for. */
	private @Nullable NoRoomException refusal;

	/**
	 * Whether each of the handlers at work inside each other has succeeded, the innermost
	 * first: a forward is one inside another.
	 */
	private final Deque<Boolean> handlers = new ArrayDeque<>(1);

	private boolean hasSucceeded;

	private StreamAttribute(HttpServletRequest request, HttpServletResponse response) {
		this.request = request;
		this.response = response;
	}

	static @Nullable StreamAttribute of(HttpServletRequest request) {
		return (StreamAttribute) request.getAttribute(ATTRIBUTE);
	}

	static void enter(HttpServletRequest request, HttpServletResponse response) {
		StreamAttribute present = of(request);
		if (present == null) {
			present = new StreamAttribute(request, response);
			request.setAttribute(ATTRIBUTE, present);
		}
		present.handlers.push(false);
	}

	/**
	 * A handler has come to its end.
	 * @param current the request as the handler saw it
	 * @return whether the stream has to go on without it: it was the outermost one, or
	 * was forwarded to, which closes the response of a request that is not asynchronous
	 */
	boolean leave(HttpServletRequest current) {
		this.hasSucceeded = this.handlers.pop();
		if (this.handlers.isEmpty()) {
			current.removeAttribute(ATTRIBUTE);
			return true;
		}
		return current.getDispatcherType() == DispatcherType.FORWARD;
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

	/**
	 * What there was no room for, {@code null} if nothing was refused: the request is to
	 * be answered so.
	 */
	@Nullable Limit refusedBy() {
		if (this.stream != null) {
			return this.stream.refusedBy();
		}
		return (this.refusal != null) ? this.refusal.getLimit() : null;
	}

	/**
	 * After how long it is worth to ask again, {@code null} if that is not known.
	 */
	@Nullable Duration knownWithin() {
		return (this.refusal != null) ? this.refusal.getKnownWithin() : null;
	}

	void refused(NoRoomException refusal) {
		this.refusal = refusal;
	}

	void succeeded() {
		setOutcome(true);
	}

	/**
	 * The handler has failed, or something around it that may come after its success.
	 */
	void failed() {
		setOutcome(false);
	}

	private void setOutcome(boolean isSuccess) {
		if (this.handlers.poll() != null) {
			this.handlers.push(isSuccess);
		}
	}

	/**
	 * Whether the handler that came to its end last did so without a failure.
	 */
	boolean hasSucceeded() {
		return this.hasSucceeded;
	}

}
