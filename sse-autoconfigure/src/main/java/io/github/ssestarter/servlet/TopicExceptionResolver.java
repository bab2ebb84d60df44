package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseTopicException;

/**
 * Answers 400 to a request that has asked for something that is not a topic, or for too
 * many of them. The last of all: what the application does with the exception comes
 * first.
 *
 * @since 0.1.0
 */
public final class TopicExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Log logger = LogFactory.getLog(TopicExceptionResolver.class);

	private static final JsonMapper JSON = new JsonMapper();

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (!(ex instanceof SseTopicException) || response.isCommitted()) {
			return null;
		}
		logger.debug("A request was refused: " + ex.getMessage());
		Map<String, Object> problem = new LinkedHashMap<>();
		problem.put("title", HttpStatus.BAD_REQUEST.getReasonPhrase());
		problem.put("status", HttpStatus.BAD_REQUEST.value());
		problem.put("detail", String.valueOf(ex.getMessage()));
		problem.put("instance", request.getRequestURI());
		byte[] body = JSON.writeValueAsBytes(problem);
		response.resetBuffer();
		response.setStatus(HttpStatus.BAD_REQUEST.value());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		StreamHeaders.keepFromCaches(response);
		try {
			response.getOutputStream().write(body);
		}
		catch (IOException gone) {
			logger.debug("The client has gone before it was refused: " + gone);
		}
		return new ModelAndView();
	}

}
