package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A long run of everything at once leaves nothing behind. Run by
 * {@code ./mvnw verify -Psoak}; {@code soak.minutes} is how long in all.
 */
@Tag("soak")
class SoakTests {

	private static final int CLIENTS = 200;

	private static final long MAX_GROWTH = 2L * 1024 * 1024;

	@ParameterizedTest
	@EnumSource
	void nothingIsLeft(Container container) throws Exception {
		Duration each = Duration.ofSeconds(Integer.getInteger("soak.minutes", 10) * 60L / 2);
		long seed = System.nanoTime();
		System.out.println("Soak on " + container + " for " + each + " with seed " + seed);
		try (TestApplication application = TestApplication.start(container, Feeds.class, "sse.history.max-events=2000",
				"sse.stream.write-timeout=5s", "sse.heartbeat.interval=1s")) {
			Random random = new Random(seed);
			churn(application, random, Duration.ofSeconds(Math.min(60, each.toSeconds())));
			Rest before = rest(application);
			churn(application, random, each);
			Rest after = rest(application);
			System.out.println("Before " + before + ", after " + after);
			assertThat(after.heap() - before.heap()).isLessThan(MAX_GROWTH);
			assertThat(after.files()).isLessThanOrEqualTo(before.files() + 2);
			assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
		}
		await().atMost(10, TimeUnit.SECONDS).until(() -> threads("sse-shard", "sse-attached", "sse-http2") == 0);
	}

	private static void churn(TestApplication application, Random random, Duration duration) {
		SseBroadcaster broadcaster = application.broadcaster();
		List<SseTestClient> clients = new ArrayList<>();
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() < end) {
			if (clients.size() < CLIENTS) {
				clients.add(connect(application, random));
			}
			else {
				disturb(clients, random);
			}
			for (int i = random.nextInt(50); i > 0; i--) {
				broadcaster.send(SseAudience.topic("topic-" + random.nextInt(10)), "event",
						"x".repeat(random.nextInt(2000)));
			}
			SseTestClient one = clients.get(random.nextInt(clients.size()));
			broadcaster.send(SseAudience.client(one.header("Sse-Client-Id")), "private", "for you");
			if (random.nextInt(50) == 0) {
				broadcaster.close(SseAudience.topic("topic-" + random.nextInt(10)));
			}
			clients.removeIf((client) -> !client.isOpen());
		}
		SseTestClient.closeAll(clients);
	}

	private static SseTestClient connect(TestApplication application, Random random) {
		String path = switch (random.nextInt(4)) {
			case 0 -> "/attached";
			case 1 -> "/kept";
			default -> "/feed?topic=topic-" + random.nextInt(10);
		};
		return application.to(path).receiveBuffer(8192).keepEvents(10).connect();
	}

	private static void disturb(List<SseTestClient> clients, Random random) {
		SseTestClient client = clients.get(random.nextInt(clients.size()));
		switch (random.nextInt(6)) {
			case 0 -> client.cut();
			case 1 -> client.close();
			case 2 -> client.stall();
			case 3 -> client.resume();
			case 4 -> client.slow(1 + random.nextInt(10_000));
			default -> client.eventCount();
		}
	}

	/**
	 * Waits until all streams have ended, and measures what is left.
	 */
	private static Rest rest(TestApplication application) throws IOException {
		Feeds feeds = application.bean(Feeds.class);
		await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
			assertThat(feeds.closed.get()).isEqualTo(feeds.opened.get());
			assertThat(application.broadcaster().connectedCount()).isZero();
		});
		fillHistory(application.broadcaster());
		AtomicInteger rounds = new AtomicInteger();
		await().pollInterval(Duration.ofSeconds(1)).until(() -> {
			System.gc();
			return rounds.incrementAndGet() == 5;
		});
		Runtime runtime = Runtime.getRuntime();
		try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
			return new Rest(runtime.totalMemory() - runtime.freeMemory(), files.count(), threads("sse-"));
		}
	}

	/**
	 * So that the history, and what it remembers of what it evicted, which are bounded,
	 * are equally large each time.
	 */
	private static void fillHistory(SseBroadcaster broadcaster) {
		for (int i = 0; i < 20_000; i++) {
			broadcaster.send(SseAudience.client("client-number-" + i), "event", "x".repeat(1000));
		}
	}

	private static long threads(String... prefixes) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> Stream.of(prefixes).anyMatch((prefix) -> thread.getName().startsWith(prefix)))
			.count();
	}

	private record Rest(long heap, long files, long threads) {
	}

	@RestController
	static class Feeds {

		private final AtomicInteger opened = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		/**
		 * What Tomcat keeps of connections that were, for those to come, is not ours.
		 */
		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> withoutPools() {
			return (factory) -> factory.addConnectorCustomizers((connector) -> {
				connector.setProperty("processorCache", "0");
				connector.setProperty("socket.bufferPool", "0");
			});
		}

		@GetMapping("/feed")
		void feed(SseStream stream, @RequestParam String topic) {
			stream.join(topic);
		}

		@GetMapping("/kept")
		void kept(SseStream stream) {
			stream.keepOpen().send("hello", stream.clientId());
		}

		@GetMapping("/attached")
		void attached(SseStream stream) {
			for (int i = 0; i < 20; i++) {
				stream.send("number", i);
			}
		}

		@EventListener
		void opened(SseStreamOpenedEvent event) {
			this.opened.incrementAndGet();
		}

		@EventListener
		void closed(SseStreamClosedEvent event) {
			this.closed.incrementAndGet();
		}

	}

}
