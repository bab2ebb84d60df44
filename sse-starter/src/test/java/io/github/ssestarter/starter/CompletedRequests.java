package io.github.ssestarter.starter;

import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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
				request.getAsyncContext().addListener(new Counter(this.count));
			}
		};
	}

	private record Counter(AtomicInteger count) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.count.incrementAndGet();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

}
