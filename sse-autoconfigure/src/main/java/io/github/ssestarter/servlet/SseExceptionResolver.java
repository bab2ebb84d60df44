package io.github.ssestarter.servlet;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.fanout.stream.EngineStream;

/**
 * Takes every exception of a request whose stream is committed, so that no error body
 * lands inside it. Before that it keeps out of the way.
 *
 * @since 0.1.0
 */
public final class SseExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Log logger = LogFactory.getLog(SseExceptionResolver.class);

	private final Refusal refusal;

	private final StreamHeaders headers;

	/**
	 * Creates the resolver.
	 * @param refusal answers when there is no room
	 * @param headers the headers of streams
	 */
	public SseExceptionResolver(Refusal refusal, StreamHeaders headers) {
		this.refusal = refusal;
		this.headers = headers;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		StreamAttribute attribute = StreamAttribute.of(request);
		if (attribute == null) {
			return null;
		}
		attribute.failed();
		Limit refusedBy = attribute.refusedBy();
		if (refusedBy != null) {
			if (!isCausedBy(ex, SseClosedException.class::isInstance)) {
				return null;
			}
			this.refusal.answer(request, response, refusedBy, attribute.knownWithin());
			return new ModelAndView();
		}
		EngineStream stream = attribute.stream();
		if (stream == null) {
			return null;
		}
		if (stream.isCommitted()) {
			if (tellsOfTheEnd(ex, stream)) {
				logger.debug("A stream ended while its handler was at work: " + ex);
			}
			else {
				logger.error("The handler of a stream failed, which ends the stream: " + handler, ex);
				StreamObservationFilter.failed(request, ex);
			}
			return new ModelAndView();
		}
		if (isCausedBy(ex, SseExceptionResolver::isInterruption) && stream.endAsOrdered()) {
			logger.debug("A stream ended before its handler has sent anything: " + ex);
			return new ModelAndView();
		}
		return (ex instanceof SseClosedException closed && isProbablyOf(stream, closed)) ? refuse(response, closed)
				: null;
	}

	/**
	 * Whether a failure is about the request's own stream, as far as can be told, and not
	 * another one that its handler has sent to, or that its client has.
	 */
	private static boolean isProbablyOf(EngineStream stream, SseClosedException failure) {
		return !stream.isOpen()
				|| (failure.getReason() == SseCloseReason.FORBIDDEN && !(failure instanceof ClientStreamException));
	}

	/**
	 * Whether the failure is how a handler learns that its stream has ended.
	 */
	private static boolean tellsOfTheEnd(Exception failure, EngineStream stream) {
		return isCausedBy(failure, SseClosedException.class::isInstance)
				|| (!stream.isOpen() && isCausedBy(failure, SseExceptionResolver::isInterruption));
	}

	private static boolean isCausedBy(Exception failure, Predicate<Throwable> test) {
		Throwable cause = failure;
		while (cause != null && !test.test(cause)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

	private static boolean isInterruption(Throwable failure) {
		return failure instanceof InterruptedException || failure instanceof InterruptedIOException
				|| failure instanceof ClosedByInterruptException;
	}

	private @Nullable ModelAndView refuse(HttpServletResponse response, SseClosedException closed) {
		if (response.isCommitted()) {
			return null;
		}
		if (closed.getReason() == SseCloseReason.FORBIDDEN) {
			// Not sendError, whose page the filter chain may have something against. Not
			// flushed: the stream's place is free by the time that the client is told
			StreamHeaders.keepFromCaches(response);
			response.setStatus(HttpServletResponse.SC_FORBIDDEN);
		}
		else {
			// An empty stream: a browser comes back after it
			this.headers.prepare(response);
		}
		return new ModelAndView();
	}

}
