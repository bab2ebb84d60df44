package io.github.ssestarter.starter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
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
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.CompletedRequests;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.starter.testsupport.Transports;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that never read, beside 200 that do: they are closed, all that they held is
 * free, and the others have got everything.
 */
@ByBothTransports
@Tag("stress")
class StalledClientStressTests {

	private static final int OTHERS = Stress.count(200, 50);

	private static final int STALLED = 20;

	/** More than a socket's buffers hold. */
	private static final int EVENTS = 160;

	/** How far the others may be behind: less than the history holds. */
	private static final int BEHIND = 40;

	private static final String PAYLOAD = "x".repeat(40_000);

	/** What may remain of each stalled client, and what the JVM adds of its own. */
	private static final long REMAINS = STALLED * 16_384 + 4_000_000;

	@ParameterizedTest
	@EnumSource
	void clientsThatNeverReadLeaveNothingBehind(Container container) {
		List<SseTestClient> stalled = new ArrayList<>();
		try (TestApplication application = start(container); EventClients clients = new EventClients()) {
			List<Counting> others = prepare(application, clients);
			int connections = SocketStreamTests.connections(application);
			long before = Stress.heap();
			for (int i = 0; i < STALLED; i++) {
				SseTestClient client = application.to("/feed").receiveBuffer(4096).connect();
				client.stall();
				stalled.add(client);
			}
			publishAndExpectClosed("HTTP/1.1, " + container, application, others, before,
					Set.of(SseCloseReason.WRITE_TIMEOUT),
					(container == Container.JETTY || !Transports.isSocket()) ? () -> areCompleted(application)
							: () -> SocketStreamTests.connections(application) == connections);
			stalled.forEach(SseTestClient::resume);
			stalled.forEach(SseTestClient::expectBreak);
		}
		finally {
			SseTestClient.closeAll(stalled);
		}
	}

	@ParameterizedTest
	@EnumSource
	void http2StreamsThatAreNeverReadLeaveNothingBehind(Container container) throws Exception {
		try (TestApplication application = start(container); EventClients clients = new EventClients()) {
			List<Counting> others = prepare(application, clients);
			long before = Stress.heap();
			try (RawHttp2Client one = new RawHttp2Client(application.port(), 4096);
					RawHttp2Client another = new RawHttp2Client(application.port(), 4096)) {
				for (int i = 0; i < STALLED / 2; i++) {
					one.readUntil(one.get("/feed"), "retry: ");
					another.readUntil(another.get("/feed"), "retry: ");
				}
				publishAndExpectClosed("h2c, " + container, application, others, before,
						container.reasonsOfStuckHttp2(), () -> areCompleted(application));
			}
		}
	}

	/**
	 * Connects the others and fills the history, so that neither is measured.
	 */
	private static List<Counting> prepare(TestApplication application, EventClients clients) {
		List<Counting> others = Stream.generate(Counting::new).limit(OTHERS).toList();
		others.forEach((other) -> clients.connect(new EventClient.Request(application.port(), "/feed", "", 0), other));
		await().atMost(30, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == OTHERS);
		publishAll(application.broadcaster(), others, 0);
		return others;
	}

	/**
	 * Whether the container is done with their requests.
	 */
	private static boolean areCompleted(TestApplication application) {
		return application.bean(Feed.class).completed.count() == STALLED;
	}

	private static void publishAndExpectClosed(String what, TestApplication application, List<Counting> others,
			long before, Set<SseCloseReason> reasons, Callable<Boolean> areGivenBack) {
		Feed feed = application.bean(Feed.class);
		await().atMost(30, TimeUnit.SECONDS)
			.until(() -> application.broadcaster().connectedCount() == OTHERS + STALLED);
		long longest = publishAll(application.broadcaster(), others, EVENTS);
		await().atMost(30, TimeUnit.SECONDS).until(() -> feed.reasons.size() >= STALLED);
		assertThat(feed.reasons).hasSize(STALLED).contains(SseCloseReason.WRITE_TIMEOUT).isSubsetOf(reasons);
		assertThat(application.broadcaster().connectedCount()).isEqualTo(OTHERS);
		await().atMost(30, TimeUnit.SECONDS).until(areGivenBack);
		long grown = Stress.heap() - before;
		Stress.report("Stalled clients, %s: %d KB of heap remain, longest send %d ms", what, grown / 1024, longest);
		assertThat(grown).isLessThan(REMAINS);
		assertThat(others).allMatch((other) -> other.failure == null);
		assertThat(others).allMatch((other) -> other.events == 2 * EVENTS);
	}

	private static void awaitEvents(List<Counting> clients, int count) {
		await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
			assertThat(clients).allMatch((client) -> client.failure == null);
			assertThat(clients).allMatch((client) -> client.events >= count);
		});
	}

	/**
	 * Publishes as fast as the others read.
	 * @return the longest time that one call took, in milliseconds
	 */
	private static long publishAll(SseBroadcaster broadcaster, List<Counting> others, int before) {
		long longest = 0;
		for (int i = 0; i < EVENTS; i++) {
			long start = System.nanoTime();
			broadcaster.send(SseAudience.topic("feed"), "big", PAYLOAD);
			longest = Math.max(longest, System.nanoTime() - start);
			if (i % (BEHIND / 2) == 0) {
				awaitEvents(others, before + i - BEHIND / 2);
			}
		}
		awaitEvents(others, before + EVENTS);
		return TimeUnit.NANOSECONDS.toMillis(longest);
	}

	private static TestApplication start(Container container) {
		return TestApplication.start(container, Feed.class, "sse.stream.write-timeout=4s", "server.http2.enabled=true",
				"sse.history.max-size=4MB");
	}

	/**
	 * Counts the events, of which none may be missing.
	 */
	private static final class Counting implements EventClient.Listener {

		private volatile int events;

		private volatile @Nullable String failure;

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if (block.isEvent()) {
				this.events++;
				if (!"big".equals(block.name())) {
					this.failure = block.toString();
				}
			}
		}

		@Override
		public void ended(EventClient client, @Nullable IOException failure) {
			if (failure != null) {
				this.failure = failure.toString();
			}
		}

	}

	@RestController
	static class Feed {

		private final Queue<SseCloseReason> reasons = new ConcurrentLinkedQueue<>();

		private final CompletedRequests completed = new CompletedRequests();

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@Bean
		Filter completions() {
			return this.completed.filter();
		}

		@EventListener
		void closed(SseStreamClosedEvent event) {
			this.reasons.add(event.reason());
		}

	}

}
