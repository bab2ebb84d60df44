package io.github.ssestarter.starter;

import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.Filter;

/**
 * Counts the streams that the container has let go.
 */
final class CompletedRequests {

	private final AtomicInteger count = new AtomicInteger();

	int count() {
		return this.count.get();
	}

	Filter filter() {
		return (request, response, chain) -> {
			chain.doFilter(request, response);
			if (request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new CompletionListener((event) -> this.count.incrementAndGet()));
			}
		};
	}

}
