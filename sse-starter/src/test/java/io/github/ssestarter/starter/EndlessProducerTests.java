package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code @Async} producers that never end use up Spring Boot's own executor: the engine
 * tells and asks the application all the same.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndlessProducerTests {

	/** As many as Spring Boot's executor has threads, and one that waits for one. */
	private static final int PRODUCERS = 9;

	private static final Duration SOON = Duration.ofSeconds(10);

	@ParameterizedTest
	@EnumSource
	void callbacksRunTopicsAreAskedForAndARevokedRightIsNoticed(Container container, CapturedOutput output) {
		try (TestApplication application = TestApplication.start(container,
				List.of(Streams.class, Producer.class, Work.class), "sse.security.recheck-interval=200ms",
				"sse.heartbeat.interval=200ms")) {
			Work work = application.bean(Work.class);
			try {
				checkBesideProducers(application, work);
				assertThat(output).doesNotContain("has not begun");
			}
			finally {
				// Or Spring waits half a minute for its executor
				work.isDone = true;
			}
		}
	}

	private static void checkBesideProducers(TestApplication application, Work work) {
		Streams streams = application.bean(Streams.class);
		List<SseTestClient> produced = SseTestClient.connectAll(PRODUCERS, (i) -> application.to("/produced"));
		await().until(() -> work.running.get() == PRODUCERS - 1);
		SseTestClient matching = application.connect("/matching");
		SseTestClient joined = application.connect("/joined");
		matching.awaitOpen();
		joined.awaitOpen();
		application.broadcaster().send(SseAudience.topic("t/1"), "tick", "1");
		await().atMost(SOON).until(() -> matching.eventCount() > 0);
		matching.expect("tick", "1");
		SseTestClient.closeAll(produced);
		await().atMost(SOON).until(() -> streams.ends.size() == PRODUCERS);
		assertThat(streams.ends).containsOnly(SseCloseReason.CLIENT_GONE);
		streams.isAllowed = false;
		await().atMost(SOON).until(() -> !joined.isOpen());
		assertThat(joined.skipTo("sse-end").data()).contains("FORBIDDEN");
		application.broadcaster().send(SseAudience.topic("t/2"), "tick", "2");
		matching.expectNothing(Duration.ofMillis(300));
		assertThat(matching.isOpen()).isTrue();
		assertThat(work.running).hasValue(PRODUCERS - 1);
	}

	@RestController
	@EnableAsync
	static class Streams {

		private final Producer producer;

		private final List<SseCloseReason> ends = new CopyOnWriteArrayList<>();

		private volatile boolean isAllowed = true;

		Streams(Producer producer) {
			this.producer = producer;
		}

		@GetMapping("/produced")
		void produced(SseStream stream) {
			stream.onClose(this.ends::add).keepOpen();
			this.producer.produce(stream);
		}

		@GetMapping("/matching")
		void matching(SseStream stream) {
			stream.joinMatching("t/*");
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("t/1");
		}

		@Bean
		SseAuthorizer authorizer() {
			return (principal, topicOrPattern) -> this.isAllowed || topicOrPattern.equals("t/*");
		}

	}

	@Component
	static class Work {

		private final AtomicInteger running = new AtomicInteger();

		private volatile boolean isDone;

	}

	@Component
	static class Producer {

		private final Work work;

		Producer(Work work) {
			this.work = work;
		}

		@Async
		void produce(SseStream stream) {
			this.work.running.incrementAndGet();
			while (!this.work.isDone) {
				try {
					stream.send("tick", "1");
				}
				catch (SseClosedException ex) {
					// It goes on all the same
				}
				LockSupport.parkNanos(20_000_000);
			}
		}

	}

}
