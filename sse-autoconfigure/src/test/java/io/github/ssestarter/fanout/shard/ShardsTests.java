package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.testsupport.TestEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Shards}: how far publishers may be ahead of them, and how they stop.
 */
@Timeout(60)
class ShardsTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final TestEngine engine = new TestEngine();

	private final AtomicReference<@Nullable Boolean> answer = new AtomicReference<>();

	@AfterEach
	void stop() {
		assertThat(Thread.interrupted()).isFalse();
		this.engine.engine().stop();
	}

	private void publish(int size) {
		this.engine.backplane().publish(new Message.Event(SseAudience.everyone(), new byte[size], null));
	}

	private boolean hasRoom() {
		return this.engine.shards().hasRoom();
	}

	/**
	 * A publisher, which waits for room.
	 */
	private Thread waits() {
		Thread publisher = new Thread(() -> this.answer.set(this.engine.shards().awaitRoom(LONG)));
		publisher.start();
		await().until(() -> publisher.getState() == Thread.State.TIMED_WAITING);
		return publisher;
	}

	@Test
	void thereIsRoomForHalfOfTheWindowsEvents() {
		this.engine.maxEvents = 10;
		this.engine.start().attach("c1").joined();
		for (int i = 1; i <= 5; i++) {
			publish(1);
			assertThat(hasRoom()).as("%s events", i).isTrue();
		}
		publish(1);
		assertThat(hasRoom()).isFalse();
		assertThat(this.engine.shards().backlog()).isEqualTo(6);
		this.engine.turn();
		assertThat(hasRoom()).isTrue();
		assertThat(this.engine.shards().backlog()).isZero();
	}

	@Test
	void thereIsRoomForHalfOfTheWindowsBytes() {
		this.engine.maxBytes = 2_000;
		this.engine.start();
		publish(0);
		int overhead = (int) this.engine.shards().all().get(0).backlogBytes();
		this.engine.turn();
		publish(1_000 - overhead);
		assertThat(hasRoom()).isTrue();
		this.engine.turn();
		publish(1_001 - overhead);
		assertThat(hasRoom()).isFalse();
		this.engine.turn();
		assertThat(hasRoom()).isTrue();
	}

	@Test
	void thereIsRoomForAsManyOrdersAsMayWaitUnseen() {
		this.engine.maxEvents = 2;
		this.engine.start();
		for (int i = 1; i <= Mailbox.MAX_UNSEEN_ORDERS; i++) {
			order();
		}
		assertThat(hasRoom()).isTrue();
		order();
		assertThat(hasRoom()).isFalse();
		this.engine.turn();
		assertThat(hasRoom()).isTrue();
	}

	private void order() {
		this.engine.backplane().publish(new Message.Close(SseAudience.client("nobody"), new byte[0]));
	}

	@Test
	void theSlowestOfSeveralShardsIsWaitedFor() {
		this.engine.threads = 2;
		this.engine.maxEvents = 2;
		this.engine.start();
		publish(1);
		publish(1);
		ShardsInside.turnOnce(this.engine.shards(), 0);
		assertThat(hasRoom()).isFalse();
		assertThat(this.engine.shards().backlog()).isEqualTo(2);
		ShardsInside.turnOnce(this.engine.shards(), 1);
		assertThat(hasRoom()).isTrue();
	}

	@Test
	void whereThereIsRoomNobodyWaits() {
		this.engine.start();
		assertThat(this.engine.shards().awaitRoom(Duration.ZERO)).isTrue();
	}

	@Test
	void whoWaitsGoesOnAsSoonAsAShardHasTurned() {
		fill();
		Thread publisher = waits();
		this.engine.turn();
		await().until(() -> !publisher.isAlive());
		assertThat(this.answer).hasValue(true);
	}

	@Test
	void aTurnThatMakesNoRoomLetsNobodyGoOn() {
		this.engine.threads = 2;
		fill();
		Thread publisher = waits();
		ShardsInside.turnOnce(this.engine.shards(), 0);
		await().until(() -> publisher.getState() == Thread.State.TIMED_WAITING);
		assertThat(this.answer.get()).isNull();
		ShardsInside.turnOnce(this.engine.shards(), 1);
		await().until(() -> !publisher.isAlive());
		assertThat(this.answer).hasValue(true);
	}

	@Test
	void whoHasWaitedForTheWholeTimeIsToldSo() {
		fill();
		assertThat(this.engine.shards().awaitRoom(Duration.ZERO)).isFalse();
		assertThat(this.engine.shards().awaitRoom(Duration.ofMillis(20))).isFalse();
	}

	@Test
	void whoIsInterruptedWaitsNoMoreAndStaysInterrupted() {
		fill();
		Thread.currentThread().interrupt();
		assertThat(this.engine.shards().awaitRoom(LONG)).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		Thread publisher = waits();
		this.engine.turn();
		await().until(() -> !publisher.isAlive());
		assertThat(this.answer).hasValue(true);
	}

	/**
	 * So much that there is no room.
	 */
	private void fill() {
		this.engine.maxEvents = 2;
		this.engine.start();
		publish(1);
		publish(1);
		assertThat(hasRoom()).isFalse();
	}

	@Test
	void threadsAreNumberedAndGoneAfterTheStop() {
		this.engine.threads = 2;
		this.engine.startThreads();
		List<Thread> threads = threads();
		assertThat(threads).extracting(Thread::getName).containsExactly("sse-shard-1", "sse-shard-2");
		assertThat(this.engine.shards().isRunning()).isTrue();
		Shards shards = this.engine.shards();
		shards.stop();
		assertThat(threads).noneMatch(Thread::isAlive);
		assertThat(shards.isRunning()).isFalse();
		assertThat(shards.backlog()).isZero();
		assertThat(shards.stalled(this.engine.nanoTime.get(), Duration.ZERO)).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> shards.shard("key"))
			.withMessage("The SSE engine is not running: the application is stopping");
	}

	private List<Thread> threads() {
		List<Shard> shards = this.engine.shards().all();
		await().until(() -> shards.stream().allMatch((shard) -> shard.mailbox().thread() != null));
		return shards.stream().map((shard) -> shard.mailbox().thread()).toList();
	}

	@Test
	void aStopThatIsInterruptedStopsAllTheSameAndStaysInterrupted() throws Exception {
		this.engine.threads = 2;
		this.engine.startThreads();
		List<Thread> threads = threads();
		CountDownLatch isStopped = new CountDownLatch(1);
		Thread stopping = new Thread(() -> {
			Thread.currentThread().interrupt();
			this.engine.shards().stop();
			if (Thread.currentThread().isInterrupted()) {
				isStopped.countDown();
			}
		});
		stopping.start();
		assertThat(isStopped.await(20, TimeUnit.SECONDS)).isTrue();
		await().untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
	}

}
