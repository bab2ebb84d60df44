package io.github.ssestarter.starter.testsupport;

import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.Filter;

/**
 * Counts the streams that the container has let go.
 */
public final class CompletedRequests {

	private final AtomicInteger count = new AtomicInteger();

	public int count() {
		return this.count.get();
	}

	public Filter filter() {
		return (request, response, chain) -> {
			chain.doFilter(request, response);
			if (request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new CompletionListener((event) -> this.count.incrementAndGet()));
			}
		};
	}

}
