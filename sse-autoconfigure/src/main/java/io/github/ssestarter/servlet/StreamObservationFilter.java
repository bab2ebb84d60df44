package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Has the observation of a request end when the method of its stream has returned, as if
 * the request ended there. {@link ServerHttpObservationFilter} would wait for the end of
 * the stream, and take a client that leaves for an error.
 *
 * @since 0.1.0
 */
public final class StreamObservationFilter implements Filter {

	private static final String BEGUN = StreamObservationFilter.class.getName() + ".begun";

	private static final String DETACHED = StreamObservationFilter.class.getName() + ".detached";

	private static final String FAILURE = StreamObservationFilter.class.getName() + ".failure";

	private final ServerHttpObservationFilter filter;

	/**
	 * Creates the filter.
	 * @param filter observes requests
	 */
	public StreamObservationFilter(ServerHttpObservationFilter filter) {
		this.filter = filter;
	}

	/**
	 * A stream has begun: what its container calls an error of the request from now on is
	 * that the client has gone.
	 */
	static void begun(HttpServletRequest request) {
		request.setAttribute(BEGUN, true);
	}

	/**
	 * A stream goes on without its method.
	 */
	static void detached(HttpServletRequest request) {
		request.setAttribute(DETACHED, true);
	}

	/**
	 * The method of a stream has failed when nobody could be told any more.
	 */
	static void failed(HttpServletRequest request, Exception failure) {
		request.setAttribute(FAILURE, failure);
	}

	@Override
	public void init(FilterConfig config) throws ServletException {
		this.filter.init(config);
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		ServletRequest observed = (request instanceof HttpServletRequest http) ? new Observed(http) : request;
		this.filter.doFilter(observed, response, (inner, innerResponse) -> chain.doFilter(request, innerResponse));
	}

	@Override
	public void destroy() {
		this.filter.destroy();
	}

	/**
	 * A request as the filter is to see it, and nobody else.
	 */
	private static final class Observed extends HttpServletRequestWrapper {

		Observed(HttpServletRequest request) {
			super(request);
		}

		@Override
		public boolean isAsyncStarted() {
			return super.getAttribute(DETACHED) == null && super.isAsyncStarted();
		}

		@Override
		public @Nullable Object getAttribute(String name) {
			return super.getAttribute(
					(name.equals(RequestDispatcher.ERROR_EXCEPTION) && super.getAttribute(BEGUN) != null) ? FAILURE
							: name);
		}

	}

}
