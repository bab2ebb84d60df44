package io.github.ssestarter.fanout.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PrivateQueue}.
 */
@Timeout(60)
class PrivateQueueTests {

	private static final long ALL = Long.MAX_VALUE;

	private final PrivateQueue queue = new PrivateQueue(100);

	private final AtomicInteger told = new AtomicInteger();

	@Test
	void aFrameLeavesOnceAllThatWasPublishedBeforeIsServed() {
		assertThat(offer(10, 5)).isTrue();
		assertThat(offer(20, 5)).isTrue();
		assertThat(this.queue.poll(4)).isNull();
		assertThat(length(this.queue.poll(5))).isEqualTo(10);
		assertThat(length(this.queue.poll(5))).isEqualTo(20);
		assertThat(this.queue.poll(ALL)).isNull();
	}

	@Test
	void aFrameThatIsLargerThanTheQueueHasRoomInAnEmptyOneOnly() {
		assertThat(offer(1_000)).isTrue();
		assertThat(offer(1)).isFalse();
		this.queue.poll(ALL);
		assertThat(offer(1)).isTrue();
		assertThat(offer(1_000)).isFalse();
	}

	@Test
	void whoWaitsForRoomIsToldAtOnceIfThereIsRoom() {
		this.queue.whenRoom(this.told::incrementAndGet);
		assertThat(this.told).hasValue(1);
		offer(50);
		this.queue.whenRoom(this.told::incrementAndGet);
		assertThat(this.told).hasValue(2);
	}

	@Test
	void whoWaitsForRoomIsToldOnceWhenHalfIsFreeAgain() {
		fill(51, 25, 24);
		this.queue.whenRoom(this.told::incrementAndGet);
		assertThat(this.told).hasValue(0);
		this.queue.poll(ALL);
		assertThat(this.told).hasValue(1);
		fill(51);
		while (this.queue.poll(ALL) != null) {
			assertThat(this.told).hasValue(1);
		}
		this.queue.close();
		assertThat(this.told).hasValue(1);
	}

	@Test
	void oneFrameThatIsTakenIsNotHalfOfTheQueue() {
		fill(10, 10, 80);
		this.queue.whenRoom(this.told::incrementAndGet);
		this.queue.poll(ALL);
		this.queue.poll(ALL);
		assertThat(this.told).hasValue(0);
		this.queue.poll(ALL);
		assertThat(this.told).hasValue(1);
	}

	@Test
	void whoWaitsForRoomIsToldWhenTheQueueIsClosed() {
		fill(100);
		this.queue.whenRoom(this.told::incrementAndGet);
		assertThat(this.queue.closeIfEmpty()).isFalse();
		assertThat(this.told).hasValue(0);
		this.queue.close();
		assertThat(this.told).hasValue(1);
		this.queue.whenRoom(this.told::incrementAndGet);
		assertThat(this.told).hasValue(2);
		assertThat(offer(1)).isFalse();
	}

	@Test
	void everybodyWhoWaitsForRoomIsTold() {
		fill(100);
		for (int i = 0; i < 5; i++) {
			this.queue.whenRoom(this.told::incrementAndGet);
		}
		this.queue.poll(ALL);
		assertThat(this.told).hasValue(5);
	}

	@Test
	void whoIsToldMaySendAgainAndWaitAgain() {
		List<String> happened = new ArrayList<>();
		fill(100);
		this.queue.whenRoom(() -> {
			happened.add("room");
			assertThat(offer(100)).isTrue();
			this.queue.whenRoom(() -> happened.add("room again"));
			happened.add("sent");
		});
		assertThat(length(this.queue.poll(ALL))).isEqualTo(100);
		assertThat(happened).containsExactly("room", "sent");
		assertThat(length(this.queue.poll(ALL))).isEqualTo(100);
		assertThat(happened).containsExactly("room", "sent", "room again");
	}

	@Test
	void whoIsToldHoldsNobodyElseUp() throws Exception {
		CountDownLatch isTold = new CountDownLatch(1);
		CountDownLatch mayGoOn = new CountDownLatch(1);
		fill(100);
		this.queue.whenRoom(() -> {
			isTold.countDown();
			awaitSafely(mayGoOn);
		});
		Thread taker = start(() -> this.queue.poll(ALL));
		assertThat(isTold.await(20, TimeUnit.SECONDS)).isTrue();
		AtomicInteger taken = new AtomicInteger();
		Thread other = start(() -> {
			offer(70);
			taken.addAndGet(length(this.queue.poll(ALL)));
			this.queue.close();
		});
		other.join(20_000);
		assertThat(taken).as("Somebody else has sent and taken meanwhile").hasValue(70);
		mayGoOn.countDown();
		taker.join(20_000);
	}

	@Test
	void whoeverWaitsWhileAnotherThreadTakesIsToldOnce() throws Exception {
		int rounds = 20_000;
		AtomicInteger round = new AtomicInteger();
		Thread taker = start(() -> {
			while (round.get() < rounds) {
				this.queue.poll(ALL);
			}
		});
		Semaphore room = new Semaphore(0);
		for (int i = 0; i < rounds; i++) {
			offer(100);
			this.queue.whenRoom(room::release);
			assertThat(room.tryAcquire(20, TimeUnit.SECONDS)).as("told in round %s", i).isTrue();
			round.incrementAndGet();
		}
		taker.join(20_000);
		assertThat(room.availablePermits()).isZero();
	}

	@Test
	void whoeverWaitsWhileAnotherThreadClosesIsToldOnce() throws Exception {
		for (int i = 0; i < 2_000; i++) {
			PrivateQueue queue = new PrivateQueue(100);
			queue.offer(new PrivateQueue.Item(new byte[100], null, 0));
			CountDownLatch go = new CountDownLatch(1);
			AtomicInteger told = new AtomicInteger();
			Thread closer = start(() -> {
				awaitSafely(go);
				queue.close();
			});
			go.countDown();
			queue.whenRoom(told::incrementAndGet);
			closer.join(20_000);
			assertThat(told).hasValue(1);
		}
	}

	private static Thread start(Runnable action) {
		Thread thread = new Thread(action);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void awaitSafely(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void fill(int... lengths) {
		for (int length : lengths) {
			assertThat(offer(length)).isTrue();
		}
	}

	private boolean offer(int length) {
		return offer(length, 0);
	}

	private boolean offer(int length, long position) {
		return this.queue.offer(new PrivateQueue.Item(new byte[length], null, position));
	}

	private static int length(PrivateQueue.Item item) {
		assertThat(item).isNotNull();
		return item.frame().length;
	}

}
