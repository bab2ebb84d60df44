package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.Filter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.starter.testsupport.CompletionListener;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that do not read: they are closed, and nobody else waits for them.
 */
class StalledClientTests {

	private static final String PAYLOAD = "x".repeat(50_000);

	private static final int EVENTS = 200;

	@ParameterizedTest
	@CsvSource({ "TOMCAT,auto", "TOMCAT,servlet", "JETTY,auto", "JETTY,servlet" })
	void clientThatNeverReadsIsClosedAndOthersGetEverything(Container container, String transport) {
		try (TestApplication application = start(container, transport)) {
			SseTestClient stalled = application.to("/feed").receiveBuffer(4096).connect();
			stalled.stall();
			List<SseTestClient> others = SseTestClient.connectAll(20, (i) -> application.to("/feed"));
			awaitConnected(application, 21);
			long longest = publishAll(application.broadcaster());
			for (SseTestClient other : others) {
				await().atMost(20, TimeUnit.SECONDS).until(() -> other.eventCount() == EVENTS);
			}
			assertThat(longest).isLessThan(1000);
			awaitClosed(application, 1, Set.of(SseCloseReason.WRITE_TIMEOUT));
			if (transport.equals("servlet")) {
				awaitCompleted(application, 1);
			}
			stalled.resume();
			stalled.expectBreak();
			SseTestClient.closeAll(others);
			stalled.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void http2ClientThatNeverReadsIsClosedAndOthersGetEverything(Container container) throws Exception {
		try (TestApplication application = start(container, "servlet")) {
			RawHttp2Client stalled = new RawHttp2Client(application.port(), 4096);
			for (int i = 0; i < 10; i++) {
				stalled.readUntil(stalled.get("/feed"), "retry: ");
			}
			List<SseTestClient> others = SseTestClient.connectAll(20, (i) -> application.to("/feed"));
			awaitConnected(application, 30);
			long longest = publishAll(application.broadcaster());
			for (SseTestClient other : others) {
				await().atMost(20, TimeUnit.SECONDS).until(() -> other.eventCount() == EVENTS);
			}
			assertThat(longest).isLessThan(1000);
			awaitClosed(application, 10, container.reasonsOfStuckHttp2());
			awaitCompleted(application, 10);
			SseTestClient.closeAll(others);
			stalled.close();
		}
	}

	private static void awaitConnected(TestApplication application, int count) {
		await().atMost(10, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == count);
	}

	private static void awaitClosed(TestApplication application, int count, Set<SseCloseReason> reasons) {
		Feed feed = application.bean(Feed.class);
		await().atMost(Duration.ofSeconds(10)).until(() -> feed.reasons.size() >= count);
		assertThat(feed.reasons).hasSize(count).contains(SseCloseReason.WRITE_TIMEOUT).isSubsetOf(reasons);
		assertThat(application.broadcaster().connectedCount()).isEqualTo(20);
	}

	private static void awaitCompleted(TestApplication application, int count) {
		Feed feed = application.bean(Feed.class);
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(feed.completed.get()).isEqualTo(count));
	}

	/**
	 * @return the longest time that one call took, in milliseconds
	 */
	private static long publishAll(SseBroadcaster broadcaster) {
		long longest = 0;
		for (int i = 0; i < EVENTS; i++) {
			long before = System.nanoTime();
			broadcaster.send(SseAudience.topic("feed"), "big", PAYLOAD);
			longest = Math.max(longest, System.nanoTime() - before);
		}
		return TimeUnit.NANOSECONDS.toMillis(longest);
	}

	private static TestApplication start(Container container, String transport) {
		return TestApplication.start(container, Feed.class, "sse.stream.write-timeout=1500ms",
				"server.http2.enabled=true", "sse.transport=" + transport);
	}

	@RestController
	static class Feed {

		private final List<SseCloseReason> reasons = new CopyOnWriteArrayList<>();

		private final AtomicInteger completed = new AtomicInteger();

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		/**
		 * Counts the requests that the container has let go.
		 */
		@Bean
		Filter completions() {
			return (request, response, chain) -> {
				chain.doFilter(request, response);
				if (request.isAsyncStarted()) {
					request.getAsyncContext()
						.addListener(new CompletionListener((event) -> Feed.this.completed.incrementAndGet()));
				}
			};
		}

		@EventListener
		void closed(SseStreamClosedEvent event) {
			this.reasons.add(event.reason());
		}

	}

}
