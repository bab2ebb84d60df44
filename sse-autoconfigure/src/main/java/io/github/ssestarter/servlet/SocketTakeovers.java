package io.github.ssestarter.servlet;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Decides which streams get their sockets, and tells of each thing that stands in the way
 * once.
 */
final class SocketTakeovers {

	private static final Log logger = LogFactory.getLog(SocketTakeovers.class);

	private static final String SENT = "it was sent to before it joined or was kept open, so that its headers do not"
			+ " allow it: call join or keepOpen first";

	/** How many obstacles are told of. */
	private static final int MAX_TOLD = 100;

	private final TransportMode mode;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	SocketTakeovers(TransportMode mode) {
		this.mode = mode;
	}

	/**
	 * Finds the way to the socket of a stream that goes on after its method.
	 * @param isSent whether the headers are sent already
	 * @return the way, {@code null} if there is none
	 */
	@Nullable SocketTakeover find(ServletContainer container, HttpServletRequest request, HttpServletResponse response,
			boolean isSent) {
		if (this.mode == TransportMode.SERVLET) {
			return null;
		}
		try {
			SocketTakeover takeover = container.takeover();
			String obstacle = (isSent && takeover.needsHeaders()) ? SENT : obstacle(takeover, request, response);
			if (obstacle == null) {
				return takeover;
			}
			refused(obstacle);
		}
		catch (LinkageError ex) {
			refused("the container is of a version that the starter does not know: " + ex);
		}
		return null;
	}

	private static @Nullable String obstacle(SocketTakeover takeover, HttpServletRequest request,
			HttpServletResponse response) {
		ResponseWrappers wrappers = ResponseWrappers.of(response);
		ServletResponse blocking = wrappers.blocking();
		if (blocking != null) {
			return "a filter wraps the response in a " + blocking.getClass().getName()
					+ ", which may change what is written";
		}
		String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
		if (encoding != null && !encoding.equals(StreamHeaders.IDENTITY)) {
			return "the response has a Content-Encoding";
		}
		return takeover.obstacle(request, wrappers.original());
	}

	/**
	 * Tells why a socket was not taken.
	 * @param obstacle what to read after "because"
	 */
	void refused(String obstacle) {
		if (this.mode == TransportMode.AUTO && this.told.size() < MAX_TOLD && this.told.add(obstacle)) {
			logger.info("Streams are written to through the servlet API instead of their sockets, because " + obstacle
					+ ". It works, and costs more memory and CPU. Told once; with sse.transport=servlet it is"
					+ " always so, and not told");
		}
	}

}
