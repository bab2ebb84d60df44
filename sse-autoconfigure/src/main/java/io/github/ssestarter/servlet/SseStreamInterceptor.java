package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;

import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.EngineStream;

/**
 * Leads a stream from one life to the other: first in and last out of all interceptors.
 *
 * @since 0.1.0
 */
public final class SseStreamInterceptor implements AsyncHandlerInterceptor {

	private static final Log logger = LogFactory.getLog(SseStreamInterceptor.class);

	/** How many handlers are told of. */
	private static final int MAX_WARNED = 100;

	private final Refusal refusal;

	private final StreamHeaders headers;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the interceptor.
	 * @param refusal answers where there was no room, and the method is silent about it
	 * @param headers the headers of streams
	 */
	public SseStreamInterceptor(Refusal refusal, StreamHeaders headers) {
		this.refusal = refusal;
		this.headers = headers;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws Exception {
		if (StreamMethods.isStreamMethod(handler)) {
			// Whatever comes of it: a refusal that a cache keeps is others' answer too
			StreamHeaders.keepFromCaches(response);
			SseRequest.requireAcceptable(request);
			if (request.getMethod().equals("HEAD")) {
				// Spring maps it like GET, but nobody would read the stream
				this.headers.prepare(response);
				return false;
			}
		}
		StreamAttribute.enter(request, response);
		return true;
	}

	@Override
	public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable ModelAndView modelAndView) {
		StreamAttribute attribute = StreamAttribute.of(request);
		if (attribute != null) {
			attribute.succeeded();
		}
	}

	/**
	 * A handler that answers asynchronously is asked a second time, and takes no stream
	 * itself. One that was taken beside it, by a {@code @ModelAttribute} method, ends
	 * now: the response is the answer's, and its place and this thread are others'.
	 */
	@Override
	public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response,
			Object handler) {
		StreamAttribute attribute = StreamAttribute.of(request);
		if (attribute == null || !attribute.leave(request)) {
			return;
		}
		EngineStream stream = attribute.takeStream();
		if (stream != null) {
			handlerReturned(stream, attribute, handler);
			warn(handler, "answers asynchronously, so an SseStream that a @ModelAttribute method took for it has ended:"
					+ " take it in a method that answers through it");
		}
	}

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception ex) {
		StreamAttribute attribute = StreamAttribute.of(request);
		if (attribute == null || !attribute.leave(request)) {
			return;
		}
		Limit refusedBy = attribute.refusedBy();
		EngineStream stream = attribute.takeStream();
		boolean isTouched = stream == null || handlerReturned(stream, attribute, handler);
		if (refusedBy != null && attribute.hasSucceeded()) {
			// The method has caught what it was told at its first send
			this.refusal.answer(request, attribute.response(), refusedBy, attribute.knownWithin());
		}
		else if (!isTouched) {
			warn(handler, "took an SseStream and returned without send, join or keepOpen: its client gets the empty"
					+ " response that is left");
		}
	}

	private void warn(Object handler, String fault) {
		if (this.warned.size() < MAX_WARNED && this.warned.add(handler.toString())) {
			logger.warn(handler + " " + fault + ". Told once for each method");
		}
	}

	private static boolean handlerReturned(EngineStream stream, StreamAttribute attribute, Object handler) {
		try {
			return stream.handlerReturned(attribute.hasSucceeded());
		}
		catch (RuntimeException ex) {
			logger.error("A stream could not be kept open: " + handler, ex);
			fail(attribute.response());
			return true;
		}
	}

	private static void fail(HttpServletResponse response) {
		try {
			if (!response.isCommitted()) {
				response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
			}
		}
		catch (IOException ex) {
			logger.debug("The client has gone before it was told of the failure: " + ex);
		}
	}

}
