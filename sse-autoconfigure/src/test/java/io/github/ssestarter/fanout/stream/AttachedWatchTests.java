package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AttachedWatch}: a round that fails is not the last.
 */
class AttachedWatchTests {

	private final TestEngine engine = new TestEngine();

	AttachedWatchTests() {
		this.engine.heartbeat = Duration.ofMillis(40);
	}

	private void assertHeartbeat(TestClient client) {
		client.take();
		await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
			this.engine.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
			assertThat(client.text()).contains("heartbeat");
		});
	}

	@Test
	void heartbeatsGoOnAfterRoundsThatFailed() {
		AtomicInteger failures = new AtomicInteger();
		this.engine.startThreads();
		try {
			TestClient client = this.engine.attach("c1");
			client.stream().open();
			this.engine.beforeTime = () -> {
				if (Thread.currentThread().getName().equals("sse-clock") && failures.incrementAndGet() <= 3) {
					throw new OutOfMemoryError("of the test");
				}
			};
			await().atMost(Duration.ofSeconds(5)).until(() -> failures.get() > 0);
			assertHeartbeat(client);
		}
		finally {
			this.engine.engine().stop();
		}
	}

	@Test
	void heartbeatsGoOnAfterThereWasNoThreadForThem() {
		AtomicInteger failures = new AtomicInteger();
		this.engine.start();
		TestClient client = this.engine.attach("c1");
		client.stream().open();
		AttachedWatch watch = new AttachedWatch(EngineInside.context(this.engine.engine()), this.engine.streams(),
				(task) -> {
					if (failures.incrementAndGet() <= 3) {
						throw new OutOfMemoryError("unable to create native thread");
					}
					return DaemonThreads.named("test").newThread(task);
				});
		ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
		try {
			watch.start(clock);
			assertHeartbeat(client);
		}
		finally {
			clock.shutdownNow();
			watch.stop();
		}
	}

}
