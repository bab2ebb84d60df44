package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

import io.github.ssestarter.SseNodeException;
import io.github.ssestarter.SseTicketException;
import io.github.ssestarter.SseTicketStoreException;
import io.github.ssestarter.SseTopicException;

/**
 * Answers a request that has asked for something that is not a topic, or for too many of
 * them: 400. And one that asked its client's stream for what that may not do, or is not
 * there for: 403 or 404. And one with the ticket of somebody else: 403; and one that is
 * to get a ticket, where there is no room for it: 429, or no store to keep it in: 503.
 * And one whose client's stream is on a node that does not answer: 503. The last of all:
 * what the application does with the exception comes first.
 *
 * @since 0.1.0
 */
public final class ProblemExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Log logger = LogFactory.getLog(ProblemExceptionResolver.class);

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		HttpStatus status = status(ex);
		if (status == null || response.isCommitted()) {
			return null;
		}
		if (ex instanceof SseTicketException noRoom) {
			response.setHeader(HttpHeaders.RETRY_AFTER,
					Long.toString(noRoom.getRetryAfter().plusMillis(999).toSeconds()));
		}
		new Problem(status, String.valueOf(ex.getMessage())).answer(request, response, logger);
		return new ModelAndView();
	}

	private static @Nullable HttpStatus status(Exception ex) {
		if (ex instanceof SseTopicException) {
			return HttpStatus.BAD_REQUEST;
		}
		if (ex instanceof SseTicketException) {
			return HttpStatus.TOO_MANY_REQUESTS;
		}
		if (ex instanceof SseNodeException || ex instanceof SseTicketStoreException) {
			return HttpStatus.SERVICE_UNAVAILABLE;
		}
		if (ex instanceof TicketUserException) {
			return HttpStatus.FORBIDDEN;
		}
		if (ex instanceof ClientStreamException closed) {
			return (closed.isForbidden()) ? HttpStatus.FORBIDDEN : HttpStatus.NOT_FOUND;
		}
		return null;
	}

}
