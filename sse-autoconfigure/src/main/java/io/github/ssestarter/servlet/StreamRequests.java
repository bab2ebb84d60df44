package io.github.ssestarter.servlet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.FrameworkServlet;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Knows, before Spring MVC is asked, which requests open a stream as an
 * {@code EventSource} does.
 */
final class StreamRequests {

	private static final Log logger = LogFactory.getLog(StreamRequests.class);

	private StreamRequests() {
	}

	/**
	 * Whether a request is a GET that asks for an event stream by name, of a method that
	 * takes one.
	 */
	static boolean opensStream(HttpServletRequest request) {
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

	private static @Nullable Object handler(HttpServletRequest request) {
		try {
			ServletRequestPathUtils.parseAndCache(request);
			for (RequestMappingHandlerMapping mapping : mappings(request)) {
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
	 * Those of annotated controllers, as the {@code DispatcherServlet} that the request
	 * is sent to has them; none of another servlet.
	 */
	private static List<RequestMappingHandlerMapping> mappings(HttpServletRequest request) {
		String servlet = request.getHttpServletMapping().getServletName();
		Object context = request.getServletContext().getAttribute(FrameworkServlet.SERVLET_CONTEXT_PREFIX + servlet);
		if (!(context instanceof ApplicationContext own)) {
			return List.of();
		}
		List<RequestMappingHandlerMapping> mappings = new ArrayList<>(
				BeanFactoryUtils.beansOfTypeIncludingAncestors(own, RequestMappingHandlerMapping.class).values());
		AnnotationAwareOrderComparator.sort(mappings);
		return mappings;
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
