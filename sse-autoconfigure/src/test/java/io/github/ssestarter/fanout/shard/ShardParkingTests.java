package io.github.ssestarter.fanout.shard;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.stream.EngineStream;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.fanout.testsupport.ReadyResponse;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how a {@link Shard} sleeps and wakes, with real threads.
 */
class ShardParkingTests {

	private final TestEngine engine = new TestEngine();

	private final List<Thread> threads = new ArrayList<>();

	ShardParkingTests() {
		this.engine.maxEvents = 10_000;
		this.engine.publishTimeout = Duration.ofMinutes(1);
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.engine.shards().all().forEach((shard) -> shard.mailbox().stop());
		for (Thread thread : this.threads) {
			thread.join(10_000);
			assertThat(thread.isAlive()).isFalse();
		}
	}

	@Test
	void anEventThatNobodyHearsWakesNobody() {
		run();
		TestClient client = join("c1", "a");
		awaitParked();
		long waits = waits();
		for (int i = 0; i < 1_000; i++) {
			this.engine.send(SseAudience.topic("other"), "not heard");
		}
		this.engine.engine().broadcaster().close(SseAudience.topic("other"));
		assertThat(waits()).isEqualTo(waits);
		assertThat(this.engine.shards().all().get(0).backlogEvents()).isZero();
		this.engine.send(SseAudience.topic("a"), "heard");
		await().until(() -> client.text().contains("heard"));
		assertThat(client.takeData()).containsExactly("heard");
		assertThat(client.text()).doesNotContain("not heard");
	}

	@Test
	void aShardThatIsWokenAgainAndAgainTakesSeveralEventsInATurn() {
		run();
		TestClient client = join("c1", "a");
		awaitParked();
		long waits = waits();
		for (int i = 0; i < 2_000; i++) {
			this.engine.send(SseAudience.topic("a"), "event");
			spin(TimeUnit.MICROSECONDS.toNanos(100));
		}
		this.engine.send(SseAudience.topic("a"), "last");
		await().until(() -> client.text().contains("last"));
		assertThat(client.takeData()).hasSize(2_001);
		assertThat(waits() - waits).isLessThan(1_000);
	}

	/**
	 * Lets a time pass that is too short to sleep.
	 */
	private static void spin(long nanos) {
		long since = System.nanoTime();
		while (System.nanoTime() - since < nanos) {
			Thread.onSpinWait();
		}
	}

	@Test
	void whoEverJoinsAndThenPublishesHearsIt() throws Exception {
		this.engine.rest = Duration.ZERO;
		run();
		AtomicBoolean isDone = new AtomicBoolean();
		Thread noise = new Thread(() -> {
			while (!isDone.get()) {
				this.engine.engine().broadcaster().send(SseAudience.topic("noise"), SseEvent.of("x"));
				for (int i = 0; i < 200; i++) {
					Thread.onSpinWait();
				}
			}
		});
		noise.start();
		try {
			Hearing hearing = new Hearing();
			EngineStream stream = attach("c1", hearing);
			stream.join("never");
			stream.handlerReturned(true);
			SseBroadcaster broadcaster = this.engine.engine().broadcaster();
			for (int round = 0; round < 100_000; round++) {
				this.engine.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(2));
				String topic = "t" + round;
				stream.join(topic);
				broadcaster.send(SseAudience.topic(topic), SseEvent.of("heard"));
				hearing.await(round);
				stream.leave(topic);
			}
		}
		finally {
			isDone.set(true);
			noise.join(10_000);
		}
	}

	@Test
	void whoEverOpensAStreamAndThenPublishesHearsIt() throws Exception {
		this.engine.rest = Duration.ZERO;
		run();
		SseBroadcaster broadcaster = this.engine.engine().broadcaster();
		for (int round = 0; round < 20_000; round++) {
			Hearing hearing = new Hearing();
			EngineStream stream = attach("c" + round, hearing);
			stream.keepOpen();
			stream.handlerReturned(true);
			broadcaster.send(SseAudience.client("c" + round), SseEvent.of("heard"));
			hearing.await(round);
			stream.complete();
		}
	}

	@Test
	void whatSeveralPublishersSendIsHeardOnceAndInOrder() throws Exception {
		this.engine.threads = 2;
		run();
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			clients.add(join("c" + i, "t" + i % 3));
		}
		int count = 6_000;
		List<Thread> publishers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			int publisher = i;
			Thread thread = new Thread(() -> {
				for (int n = 0; n < count; n++) {
					this.engine.engine()
						.broadcaster()
						.send(SseAudience.topic("t" + n % 4), SseEvent.of(publisher + "/" + n));
				}
			});
			publishers.add(thread);
			thread.start();
		}
		for (Thread publisher : publishers) {
			publisher.join(60_000);
		}
		this.engine.broadcast("last");
		for (int i = 0; i < clients.size(); i++) {
			TestClient client = clients.get(i);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> client.text().endsWith("\n\n") && client.text().contains("data: last"));
			List<String> data = client.takeData();
			assertThat(data).hasSize(3 * count / 4 + 1);
			for (int publisher = 0; publisher < 3; publisher++) {
				String prefix = publisher + "/";
				assertThat(data.stream()
					.filter((one) -> one.startsWith(prefix))
					.map((one) -> Integer.valueOf(one.substring(2)))).hasSize(count / 4)
					.isSorted()
					.doesNotHaveDuplicates();
			}
			assertThat(client.transport().violations()).isEmpty();
		}
	}

	@Test
	void publishersWaitForAShardThatWasJustWoken() {
		this.engine.maxEvents = 4;
		run();
		TestClient client = join("c1", "a");
		for (int burst = 0; burst < 500; burst++) {
			awaitParked();
			for (int i = 0; i < 20; i++) {
				this.engine.engine().broadcaster().send(SseAudience.topic("a"), SseEvent.of(i));
			}
		}
		this.engine.engine().broadcaster().send(SseAudience.topic("a"), SseEvent.of("last"));
		await().until(() -> client.text().contains("last"));
		assertThat(client.text()).doesNotContain("sse-gap");
		assertThat(client.takeData()).hasSize(500 * 20 + 1);
	}

	private void run() {
		this.engine.start();
		for (Shard shard : this.engine.shards().all()) {
			Thread thread = new Thread(shard::run);
			this.threads.add(thread);
			thread.start();
		}
	}

	private TestClient join(String clientId, String topic) {
		TestClient client = this.engine.attach(clientId);
		client.stream().join(topic);
		client.returned();
		await().until(() -> client.text().contains("connected"));
		client.take();
		return client;
	}

	private EngineStream attach(String clientId, Hearing hearing) {
		return this.engine.engine().attach(hearing, new StreamRequest(clientId, null, null, null, null));
	}

	private void awaitParked() {
		Thread thread = this.threads.get(0);
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
	}

	private long waits() {
		return ManagementFactory.getThreadMXBean().getThreadInfo(this.threads.get(0).getId()).getWaitedCount();
	}

	/**
	 * A client that tells when it has been sent an event.
	 */
	private static final class Hearing extends ReadyResponse {

		private final Semaphore heard = new Semaphore(0);

		void await(int round) throws InterruptedException {
			assertThat(this.heard.tryAcquire(10, TimeUnit.SECONDS)).as("heard in round %s", round).isTrue();
		}

		@Override
		public int write(byte[] bytes, int offset, int length) {
			String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
			if (text.contains("data: heard")) {
				this.heard.release();
			}
			return length;
		}

	}

}
