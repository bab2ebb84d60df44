package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Why a request is refused, told to its client (RFC 9457). Not by {@code sendError},
 * whose page the filter chain may have something against.
 *
 * @param status the status of the answer
 * @param detail what is wrong, and how to mend it
 */
record Problem(HttpStatus status, String detail) {

	private static final JsonMapper JSON = new JsonMapper();

	/**
	 * Answers a request whose response is not committed.
	 * @param logger is told as well, without the query
	 */
	void answer(HttpServletRequest request, HttpServletResponse response, Log logger) {
		logger.debug("A request was refused: " + request.getRequestURI() + ": " + this.detail);
		Map<String, Object> problem = new LinkedHashMap<>();
		problem.put("title", this.status.getReasonPhrase());
		problem.put("status", this.status.value());
		problem.put("detail", this.detail);
		problem.put("instance", request.getRequestURI());
		byte[] body = JSON.writeValueAsBytes(problem);
		response.resetBuffer();
		response.setStatus(this.status.value());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		StreamHeaders.keepFromCaches(response);
		try {
			response.getOutputStream().write(body);
		}
		catch (IOException gone) {
			logger.debug("The client has gone before it was refused: " + gone);
		}
	}

}
