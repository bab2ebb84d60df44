package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseLogins;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.EngineInside;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.testsupport.TestClient;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AttachedWatch}: how often it looks, and that a round which fails is
 * not the last.
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
			assertThat(client.take()).endsWith(": \n");
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
	void anAttachedStreamEndsWithItsUsersLogin() {
		this.engine.logins = new SseLogins() {

			@Override
			public Instant expiresAt(Principal principal) {
				return Instant.ofEpochMilli(AttachedWatchTests.this.engine.millis.get()).plusSeconds(60);
			}

		};
		this.engine.startThreads();
		try {
			TestClient anonymous = this.engine.attach("c1");
			anonymous.stream().open();
			TestClient client = this.engine.attach("c2", "alice", null);
			client.stream().open();
			assertHeartbeat(client);
			assertThat(client.stream().isOpen()).isTrue();
			this.engine.nanoTime.addAndGet(Duration.ofSeconds(60).toNanos());
			await().until(() -> !client.stream().isOpen());
			assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> client.stream().send("x"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(SseCloseReason.EXPIRED));
			assertThat(anonymous.stream().isOpen()).isTrue();
		}
		finally {
			this.engine.engine().stop();
		}
	}

	@Test
	void anOrderOfAnotherNodeReachesAnAttachedStream() {
		this.engine.heartbeat = Duration.ZERO;
		this.engine.startThreads();
		try {
			TestClient client = this.engine.attach("c1");
			client.stream().join("a").open();
			EventId id = this.engine.history().tail().id().next(1000);
			this.engine.engine().receive(id, new Message.Close(SseAudience.topic("a"), new byte[0]));
			await().until(() -> !client.stream().isOpen());
		}
		finally {
			this.engine.engine().stop();
		}
	}

	@Test
	void afterTheStopNothingIsWrittenToAnAttachedStream() {
		this.engine.startThreads();
		TestClient client = this.engine.attach("c1");
		client.stream().open();
		assertHeartbeat(client);
		CountDownLatch held = client.response().hold();
		await().until(() -> {
			this.engine.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
			return client.response().isHeld();
		});
		this.engine.engine().stop();
		await().until(() -> !client.stream().isOpen());
		held.countDown();
		assertThat(client.closeReasons()).containsExactly(SseCloseReason.CLIENT_GONE);
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

	@ParameterizedTest
	@CsvSource({ "0, 500000000", "40, 10000001", "1999, 499750001", "2000, 500000000", "3600000, 500000000" })
	void itLooksFourTimesInAHeartbeatsIntervalAndTwiceASecondAtLeast(long heartbeatMillis, long nanos) {
		this.engine.heartbeat = Duration.ofMillis(heartbeatMillis);
		this.engine.start();
		ScheduledExecutorService clock = mock();
		AttachedWatch watch = watch(Thread::new);
		watch.start(clock);
		then(clock).should().scheduleWithFixedDelay(any(), eq(nanos), eq(nanos), eq(TimeUnit.NANOSECONDS));
		watch.stop();
	}

	@Test
	void clientsThatTakeNothingHoldUpOneThreadEachAndNoOtherClient() {
		this.engine.heartbeat = Duration.ofSeconds(15);
		this.engine.start();
		List<TestClient> stuck = TestEngine.numbers(1, 20).stream().map(this.engine::attach).toList();
		stuck.forEach((client) -> client.stream().open());
		stuck.forEach(TestClient::take);
		List<CountDownLatch> releases = stuck.stream().map((client) -> client.response().hold()).toList();
		TestClient other = this.engine.attach("other");
		other.stream().open();
		other.take();
		AtomicInteger threads = new AtomicInteger();
		AttachedWatch watch = watch((task) -> {
			threads.incrementAndGet();
			return DaemonThreads.named("test").newThread(task);
		});
		Runnable round = round(watch);
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(15).toNanos() - 1);
		round.run();
		assertThat(threads).as("No heartbeat is due yet").hasValue(0);
		this.engine.nanoTime.addAndGet(1);
		round.run();
		await().until(() -> stuck.stream().allMatch((client) -> client.response().isHeld()));
		for (int i = 1; i <= 100; i++) {
			this.engine.nanoTime.addAndGet(Duration.ofSeconds(15).toNanos());
			round.run();
			await().until(() -> other.take().endsWith(": \n"));
		}
		assertThat(threads).as("A stream is not given another").hasValueLessThan(2 * stuck.size());
		releases.forEach(CountDownLatch::countDown);
		stuck.forEach((client) -> await().until(() -> client.take().endsWith(": \n")));
		watch.stop();
	}

	@Test
	void aStreamThatHasExpiredIsClosedOnceThoughItsMethodGoesOn() {
		Instant end = Instant.ofEpochMilli(this.engine.millis.get()).plusSeconds(60);
		this.engine.logins = new SseLogins() {

			@Override
			public Instant expiresAt(Principal principal) {
				return end;
			}

		};
		this.engine.interrupt = Interrupt.ALWAYS;
		this.engine.start();
		ScheduledThreadPoolExecutor interruptions = new ScheduledThreadPoolExecutor(1);
		this.engine.streams().start(interruptions);
		TestClient client = this.engine.attach("c1", "alice", null);
		Runnable round = round(watch(DaemonThreads.named("test")));
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
		round.run();
		assertThat(client.stream().isOpen()).isTrue();
		this.engine.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		for (int i = 1; i <= 3; i++) {
			round.run();
		}
		assertThat(client.stream().isOpen()).isFalse();
		assertThat(interruptions.getQueue()).hasSize(1);
		interruptions.shutdownNow();
	}

	private AttachedWatch watch(ThreadFactory writers) {
		return new AttachedWatch(EngineInside.context(this.engine.engine()), this.engine.streams(), writers);
	}

	/**
	 * A round of looking after the streams, begun by hand.
	 */
	private static Runnable round(AttachedWatch watch) {
		ScheduledExecutorService clock = mock();
		watch.start(clock);
		ArgumentCaptor<Runnable> round = ArgumentCaptor.captor();
		then(clock).should().scheduleWithFixedDelay(round.capture(), anyLong(), anyLong(), any());
		return round.getValue();
	}

}
