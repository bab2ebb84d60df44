package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerMapping;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.CompletionListener;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What filters, listeners and access logs find in the request of a stream that waits.
 */
class RequestAttributesTests {

	@ParameterizedTest
	@EnumSource
	void whatOnlyHandlersNeedIsLetGoOnceAllFiltersAreDone(Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.transport=servlet")) {
			SseTestClient client = application.connect("/feed/7");
			Waiting waiting = Objects.requireNonNull(Feed.WAITING.poll(10, TimeUnit.SECONDS));
			assertThat(waiting.handlersAttributesBefore()).isEqualTo(3);
			await().atMost(10, TimeUnit.SECONDS).until(() -> waiting.handlersAttributes() == 0);
			application.broadcaster().send(SseAudience.topic("feed"), "event", "still there");
			assertThat(client.next().data()).isEqualTo("still there");
			application.broadcaster().close(SseAudience.topic("feed"));
			assertThat(waiting.patternAtTheEnd().get(10, TimeUnit.SECONDS)).isEqualTo("/feed/{id}");
			client.close();
		}
	}

	/**
	 * The request of a stream, after the filter chain.
	 */
	private record Waiting(HttpServletRequest request, long handlersAttributesBefore,
			CompletableFuture<@Nullable Object> patternAtTheEnd) {

		static Waiting of(HttpServletRequest request) {
			return new Waiting(request, handlersAttributes(request), new CompletableFuture<>());
		}

		long handlersAttributes() {
			return handlersAttributes(this.request);
		}

		private static long handlersAttributes(HttpServletRequest request) {
			return Stream
				.of(WebAsyncUtils.WEB_ASYNC_MANAGER_ATTRIBUTE, DispatcherServlet.OUTPUT_FLASH_MAP_ATTRIBUTE,
						DispatcherServlet.FLASH_MAP_MANAGER_ATTRIBUTE)
				.filter((name) -> request.getAttribute(name) != null)
				.count();
		}

		void completed(AsyncEvent event) {
			this.patternAtTheEnd
				.complete(event.getSuppliedRequest().getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
		}

	}

	@RestController
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class Feed extends OncePerRequestFilter {

		private static final BlockingQueue<Waiting> WAITING = new LinkedBlockingQueue<>();

		@GetMapping("/feed/{id}")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			chain.doFilter(request, response);
			Waiting waits = Waiting.of(request);
			request.getAsyncContext().addListener(new CompletionListener(waits::completed), request, response);
			WAITING.add(waits);
		}

	}

}
