package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The end of an application, and several in one JVM.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTests {

	/** The common pool has a single thread on a small machine, and both wait. */
	private static final Executor THREAD_EACH = (task) -> new Thread(task).start();

	@ParameterizedTest
	@CsvSource({ "TOMCAT,graceful,auto", "JETTY,graceful,auto", "TOMCAT,immediate,auto", "JETTY,immediate,auto",
			"TOMCAT,graceful,servlet", "JETTY,graceful,servlet" })
	void openStreamsEndInOrderAndHoldNothingUp(Container container, String shutdown, String transport,
			CapturedOutput output) {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=" + shutdown,
				"sse.transport=" + transport, "sse.event.close-name=bye", "sse.shutdown.min-retry=2s",
				"sse.shutdown.max-retry=4s");
		List<SseCloseReason> reasons = application.bean(Streams.class).reasons;
		List<SseTestClient> clients = new ArrayList<>(SseTestClient.connectAll(10, (i) -> application.to("/joined")));
		clients.add(application.connect("/kept"));
		clients.add(application.connect("/busy"));
		clients.forEach(SseTestClient::awaitOpen);
		long before = System.nanoTime();
		application.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
		for (SseTestClient client : clients) {
			client.skipTo("bye");
			client.expectEnd();
			assertThat(client.retry().orElseThrow()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
		}
		assertThat(clients.stream().map(SseTestClient::retry).distinct()).hasSizeGreaterThan(6);
		assertThat(reasons).hasSize(12).containsOnly(SseCloseReason.SHUTDOWN);
		assertThat(output).doesNotContain(" ERROR ", "Exception:", "\tat ");
	}

	@ParameterizedTest
	@EnumSource
	void aMethodThatGoesOnAfterTheEndIsInterrupted(Container container) {
		TestApplication application = TestApplication.start(container, Streams.class, "sse.shutdown.timeout=500ms");
		Streams streams = application.bean(Streams.class);
		try (SseTestClient client = application.connect("/stubborn")) {
			client.awaitOpen();
			long before = System.nanoTime();
			application.close();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
			await().atMost(Duration.ofSeconds(1)).until(() -> streams.isInterrupted);
		}
	}

	/**
	 * Jetty is asked to stop by the next phase, and gives up what moved nothing for a
	 * second.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,graceful", "JETTY,graceful", "TOMCAT,immediate", "JETTY,immediate" })
	void aMethodThatTidiesUpOnceInterruptedEndsItsStreamInOrder(Container container, String shutdown) {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=" + shutdown,
				"sse.shutdown.timeout=1500ms");
		SseTestClient client = application.connect("/tidy");
		client.awaitOpen();
		long before = System.nanoTime();
		application.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
		client.expectEnd();
		assertThat(client.retry()).isPresent();
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatWasSentNothingYetIsToldToComeBackToo(Container container) {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=graceful",
				"sse.shutdown.timeout=500ms", "sse.shutdown.min-retry=2s", "sse.shutdown.max-retry=4s");
		Streams streams = application.bean(Streams.class);
		List<Future<SseTestClient>> clients = new ArrayList<>();
		ExecutorService threads = Executors.newCachedThreadPool();
		try {
			for (String path : List.of("/silent", "/silent?isWrapped=true")) {
				clients.add(threads.submit(() -> application.connect(path)));
			}
			await().until(() -> streams.silent.get() == clients.size());
			application.close();
			assertThat(clients).allSatisfy((answer) -> {
				SseTestClient client = answer.get();
				assertThat(client.status()).isEqualTo(200);
				assertThat(client.header("Content-Type")).startsWith("text/event-stream");
				client.expectEnd();
				assertThat(client.retry()).get().matches((retry) -> retry.toMillis() >= 2000);
			});
		}
		finally {
			threads.shutdownNow();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoIsRefusedDuringTheDrainComesBackNoSoonerThanTheOthers(Container container) {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=graceful",
				"sse.shutdown.timeout=60s", "sse.limits.busy-retry=1s", "sse.shutdown.min-retry=6500ms");
		Streams streams = application.bean(Streams.class);
		SseTestClient held = application.connect("/held?isOpen=true");
		SseTestClient joined = application.connect("/joined");
		held.awaitOpen();
		joined.awaitOpen();
		CompletableFuture<Void> close = CompletableFuture.runAsync(application::close, THREAD_EACH);
		try {
			joined.expectEnd();
			assertThat(joined.retry().orElseThrow()).isBetween(Duration.ofMillis(6500), Duration.ofSeconds(10));
			SseTestClient source = application.to("/joined").header("Cache-Control", "no-cache").connect();
			source.expect("sse-busy", "{}");
			assertThat(source.retry().orElseThrow()).isBetween(Duration.ofMillis(6500), Duration.ofMillis(7500));
			assertThat(application.connect("/joined").header("Retry-After")).isIn("7", "8");
		}
		finally {
			streams.release.countDown();
		}
		assertThat(close).succeedsWithin(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@EnumSource
	void duringTheDrainEventsAreAcceptedAndClientsRefusedSoftly(Container container, CapturedOutput output)
			throws Exception {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=graceful",
				"sse.shutdown.timeout=60s", "sse.limits.busy-retry=3s");
		Streams streams = application.bean(Streams.class);
		SseTestClient joined = application.connect("/joined");
		SseTestClient held = application.connect("/held?isOpen=true");
		CompletableFuture<SseTestClient> silent = CompletableFuture
			.supplyAsync(() -> application.connect("/held?isOpen=false"), THREAD_EACH);
		joined.awaitOpen();
		held.awaitOpen();
		await().until(() -> streams.silent.get() == 1);
		CompletableFuture<Void> close = CompletableFuture.runAsync(application::close, THREAD_EACH);
		try {
			joined.expectEnd();
			SseBroadcaster broadcaster = application.broadcaster();
			assertThat(broadcaster.publish(SseAudience.topic("topic"), SseEvent.of("tick", "late")))
				.succeedsWithin(Duration.ofSeconds(1));
			broadcaster.broadcast("tick", "late");
			SseTestClient browser = application.to("/joined").header("Cache-Control", "no-cache").connect();
			assertThat(browser.status()).isEqualTo(200);
			browser.expect("sse-busy", "{}");
			browser.expectEnd();
			assertThat(browser.retry()).get().matches((retry) -> retry.toMillis() >= 3000 && retry.toMillis() <= 6000);
			SseTestClient other = application.connect("/joined");
			assertThat(other.status()).isEqualTo(503);
			assertThat(Integer.parseInt(other.header("Retry-After"))).isBetween(3, 6);
			assertThat(close).isNotDone();
		}
		finally {
			streams.release.countDown();
		}
		for (SseTestClient client : List.of(held, silent.get(5, TimeUnit.SECONDS))) {
			assertThat(client.status()).isEqualTo(200);
			client.expectEnd();
			assertThat(client.retry()).isPresent();
		}
		assertThat(close).succeedsWithin(Duration.ofSeconds(5));
		assertThat(output).doesNotContain(" ERROR ", "Exception:", "\tat ");
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,auto", "JETTY,auto", "TOMCAT,servlet", "JETTY,servlet" })
	void clientsThatDoNotReadHoldItUpForTheTimeoutAtMost(Container container, String transport) {
		TestApplication application = TestApplication.start(container, Streams.class, "server.shutdown=graceful",
				"sse.transport=" + transport, "sse.shutdown.timeout=1s");
		List<SseTestClient> stalled = SseTestClient.connectAll(10,
				(i) -> application.to("/joined").receiveBuffer(4096));
		stalled.forEach(SseTestClient::awaitOpen);
		stalled.forEach(SseTestClient::stall);
		List<SseCloseReason> reasons = application.bean(Streams.class).reasons;
		String payload = "x".repeat(100_000);
		for (int i = 0; i < 50; i++) {
			application.broadcaster().send(SseAudience.topic("topic"), "big", payload);
		}
		long before = System.nanoTime();
		application.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofSeconds(1),
				Duration.ofSeconds(3));
		assertThat(reasons).hasSize(10).containsOnly(SseCloseReason.SHUTDOWN);
		SseTestClient.closeAll(stalled);
	}

	@ParameterizedTest
	@EnumSource
	void applicationsInOneJvmAreApartAndLeaveNoThread(Container container) {
		Set<Thread> before = threads();
		for (int i = 0; i < 2; i++) {
			List<Class<?>> components = List.of(Streams.class, StreamEvents.class);
			try (TestApplication one = TestApplication.start(container, components);
					TestApplication two = TestApplication.start(container, components);
					SseTestClient hears = one.connect("/joined");
					SseTestClient doesNot = two.connect("/joined")) {
				hears.awaitOpen();
				doesNot.awaitOpen();
				one.broadcaster().send(SseAudience.topic("topic"), "tick", "1");
				hears.expect("tick", "1");
				doesNot.expectNothing(Duration.ofMillis(100));
				String id = Objects.requireNonNull(doesNot.header("Sse-Client-Id"));
				one.broadcaster().close(SseAudience.client(id));
				two.broadcaster().close(SseAudience.client(id));
				two.bean(StreamEvents.class).awaitClosed(id, SseCloseReason.CLOSED);
				assertThat(one.bean(StreamEvents.class).opened(id)).isEmpty();
				assertThat(one.bean(StreamEvents.class).closed(id)).isEmpty();
				assertThat(hears.isOpen()).isTrue();
				assertThat(threads()).isNotEqualTo(before);
			}
			await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
		}
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-") && !thread.getName().startsWith("sse-test"))
			.collect(Collectors.toSet());
	}

	@RestController
	static class Streams {

		private final List<SseCloseReason> reasons = new CopyOnWriteArrayList<>();

		private final AtomicInteger silent = new AtomicInteger();

		private final CountDownLatch release = new CountDownLatch(1);

		private volatile boolean isInterrupted;

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic").onClose(this.reasons::add);
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			stream.keepOpen().onClose(this.reasons::add);
		}

		@GetMapping("/busy")
		void busy(SseStream stream) throws InterruptedException {
			stream.onClose(this.reasons::add);
			try {
				while (true) {
					stream.send("tick", "1");
					Thread.sleep(20);
				}
			}
			catch (SseClosedException ex) {
				assertThat(ex.getReason()).isEqualTo(SseCloseReason.SHUTDOWN);
				// A method may have to clean up, and its client still has to see the end
				assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
			}
		}

		@GetMapping("/tidy")
		void tidy(SseStream stream) throws InterruptedException {
			stream.open();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
			}
		}

		@GetMapping("/silent")
		void silent(SseStream stream, @RequestParam(defaultValue = "false") boolean isWrapped)
				throws InterruptedException {
			this.silent.incrementAndGet();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				if (!isWrapped) {
					throw ex;
				}
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

		@GetMapping("/held")
		void held(SseStream stream, @RequestParam boolean isOpen) throws InterruptedException {
			stream.join("topic");
			if (isOpen) {
				stream.open();
			}
			else {
				this.silent.incrementAndGet();
			}
			assertThat(this.release.await(60, TimeUnit.SECONDS)).isTrue();
			stream.send("tick", "after the drain began");
		}

		@GetMapping("/stubborn")
		void stubborn(SseStream stream) {
			try {
				while (true) {
					stream.send("tick", "1");
				}
			}
			catch (SseClosedException ex) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException interruption) {
					this.isInterrupted = true;
				}
			}
		}

	}

}
