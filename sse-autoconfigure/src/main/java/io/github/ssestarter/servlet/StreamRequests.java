package io.github.ssestarter.servlet;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Knows, before Spring MVC is asked, which requests open a stream as an
 * {@code EventSource} does.
 *
 * @since 0.1.0
 */
public final class StreamRequests {

	private static final Log logger = LogFactory.getLog(StreamRequests.class);

	private final Supplier<Stream<RequestMappingHandlerMapping>> mappings;

	/**
	 * Creates it.
	 * @param mappings the mappings of annotated controllers, in order
	 */
	public StreamRequests(Supplier<Stream<RequestMappingHandlerMapping>> mappings) {
		this.mappings = mappings;
	}

	/**
	 * Whether a request is a GET that asks for an event stream by name, of a method that
	 * takes one.
	 */
	boolean opensStream(HttpServletRequest request) {
		return HttpMethod.GET.matches(request.getMethod()) && asksForEvents(request)
				&& StreamMethods.isStreamMethod(handler(new Untouched(request)));
	}

	private static boolean asksForEvents(HttpServletRequest request) {
		String accept = String.join(", ", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
		try {
			return MediaType.parseMediaTypes(accept)
				.stream()
				.anyMatch(
						(type) -> type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM) && type.getQualityValue() > 0);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private @Nullable Object handler(HttpServletRequest request) {
		try {
			ServletRequestPathUtils.parseAndCache(request);
			for (RequestMappingHandlerMapping mapping : this.mappings.get().toList()) {
				HandlerExecutionChain chain = mapping.getHandler(request);
				if (chain != null) {
					return chain.getHandler();
				}
			}
		}
		catch (Exception ex) {
			logger.debug("No method takes the request, which is told to its client in its turn: " + ex);
		}
		return null;
	}

	/**
	 * A request that is left as it is, whatever attributes a mapping sets.
	 */
	private static final class Untouched extends HttpServletRequestWrapper {

		private final Map<String, @Nullable Object> own = new HashMap<>();

		Untouched(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable Object getAttribute(String name) {
			return (this.own.containsKey(name)) ? this.own.get(name) : super.getAttribute(name);
		}

		@Override
		public void setAttribute(String name, @Nullable Object value) {
			this.own.put(name, value);
		}

		@Override
		public void removeAttribute(String name) {
			this.own.put(name, null);
		}

	}

}
