package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.actuate.SseHealthIndicator;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SseHealthIndicator}, with the engine's own threads.
 */
class SseHealthIndicatorTests {

	private final TestEngine engine = new TestEngine();

	private final CountDownLatch stuck = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.stuck.countDown();
		this.engine.engine().stop();
	}

	@Test
	void anIdleEngineIsUpHoweverLongItSleeps() {
		start();
		pass(Duration.ofHours(1));
		assertThat(health()).isEqualTo(Health.up().build());
	}

	@Test
	void oneThatWasIdleIsUpAtEveryMomentOfItsWaking() {
		ThreadLocal<Boolean> isLooking = ThreadLocal.withInitial(() -> false);
		List<Health> seen = new CopyOnWriteArrayList<>();
		this.engine.beforeTime = () -> {
			if (Thread.currentThread().getName().startsWith("sse-shard") && !isLooking.get()) {
				isLooking.set(true);
				seen.add(health());
				isLooking.set(false);
			}
		};
		start();
		pass(Duration.ofHours(1));
		seen.clear();
		open("c1");
		assertThat(seen).isNotEmpty().containsOnly(Health.up().build());
	}

	@Test
	void aShardThatHangsIsDownAndNamed() {
		start();
		TestClient client = open("c1");
		hang(client);
		pass(Duration.ofMillis(9_900));
		assertThat(health()).isEqualTo(Health.up().build());
		pass(Duration.ofMillis(200));
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails().get("stalledShards")).asList()
			.singleElement()
			.asString()
			.matches("sse-shard-[12]");
		this.stuck.countDown();
		await().atMost(5, TimeUnit.SECONDS).until(() -> health().getStatus() == Status.UP);
	}

	@Test
	void whileItDrainsItIsOutOfService() {
		start();
		this.engine.engine().drain();
		assertThat(health()).isEqualTo(Health.outOfService().build());
	}

	private void start() {
		this.engine.threads = 2;
		Set<Thread> ofOthers = shards();
		this.engine.startThreads();
		Set<Thread> shards = shards();
		shards.removeAll(ofOthers);
		assertThat(shards).hasSize(2);
		await().until(() -> shards.stream().allMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
	}

	private static Set<Thread> shards() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-shard-"))
			.collect(Collectors.toSet());
	}

	private TestClient open(String id) {
		TestClient client = this.engine.attach(id);
		client.stream().join();
		client.returned();
		await().until(() -> client.text().contains("connected"));
		return client;
	}

	/**
	 * The shard comes to write to a client, and does not come back.
	 */
	private void hang(TestClient client) {
		CountDownLatch reached = new CountDownLatch(1);
		client.transport().meanwhile(() -> {
			reached.countDown();
			try {
				this.stuck.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.engine.send(SseAudience.everyone(), "never written");
		await().until(() -> reached.getCount() == 0);
	}

	private void pass(Duration time) {
		this.engine.nanoTime.addAndGet(time.toNanos());
	}

	private Health health() {
		return new SseHealthIndicator(new EngineStatus(this.engine.engine())).health();
	}

}
