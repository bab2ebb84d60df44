package io.github.ssestarter.runs;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseRun;
import io.github.ssestarter.SseRunBody;
import io.github.ssestarter.SseRunsFullException;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.fanout.stream.CallContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LocalRuns}.
 */
@Timeout(60)
class LocalRunsTests {

	private static final Duration DAY = Duration.ofDays(1);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch gate = new CountDownLatch(1);

	private final CountDownLatch started = new CountDownLatch(1);

	private final Output output = new Output();

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);

	private @Nullable String user;

	private LocalRuns runs = runs(3, 2, DAY, DAY);

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.threads.shutdownNow();
	}

	@Test
	void runSendsToATopicOfItsOwnAndCompletesIt() {
		SseRun run = this.runs.start("a", (one) -> one.send("token", "1").send("token", "2"));
		assertThat(run.id()).isEqualTo("a");
		assertThat(run.topic()).isEqualTo("run/a");
		awaitEnd(run);
		assertThat(this.output.told).containsExactly("run/a 1", "run/a 2", "run/a completed");
		assertThat(run.isStopped()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> run.send("token", "3")).withMessageContaining("a has ended");
	}

	@Test
	void runThatThrowsCompletesAsFailed() {
		awaitEnd(this.runs.start("a", (run) -> {
			throw new IOException("on purpose");
		}));
		assertThat(this.output.told).containsExactly("run/a failed");
	}

	@Test
	void secondStartReturnsTheFirst() {
		AtomicInteger started = new AtomicInteger();
		SseRunBody body = (run) -> {
			started.incrementAndGet();
			this.gate.await();
		};
		SseRun first = this.runs.start("a", body);
		assertThat(this.runs.start("a", body)).isSameAs(first);
		assertThat(this.runs.find("a")).containsSame(first);
		this.gate.countDown();
		awaitEnd(first);
		assertThat(this.runs.start("a", body)).isSameAs(first);
		assertThat(started).hasValue(1);
		this.nanoTime.addAndGet(DAY.toNanos());
		assertThat(this.runs.find("a")).isEmpty();
		assertThat(this.runs.start("a", body)).isNotSameAs(first);
	}

	@Test
	void stopTellsTheRunAndIsNoFailure() throws Exception {
		AtomicInteger told = new AtomicInteger();
		SseRun run = this.runs.start("a", (one) -> {
			one.onStop(told::incrementAndGet);
			one.onStop(this.gate::countDown);
			this.started.countDown();
			this.gate.await();
			one.send("last", "word");
			throw new IllegalStateException("as a client of a model does that is closed");
		});
		awaitStart();
		assertThat(run.isStopped()).isFalse();
		assertThat(this.runs.stop("a")).isTrue();
		assertThat(run.isStopped()).isTrue();
		awaitEnd(run);
		assertThat(this.output.told).containsExactly("run/a word", "run/a completed");
		assertThat(told).hasValue(1);
		run.onStop(told::incrementAndGet);
		await().untilAsserted(() -> assertThat(told).hasValue(2));
		assertThat(this.runs.stop("a")).isFalse();
		assertThat(this.runs.stop("never")).isFalse();
	}

	@Test
	void runThatGoesOnAfterItWasStoppedIsInterrupted() throws Exception {
		this.runs = runs(1, 1, DAY, Duration.ofMillis(20));
		SseRun run = this.runs.start("a", (one) -> {
			this.started.countDown();
			this.gate.await();
		});
		awaitStart();
		this.runs.stop("a");
		awaitEnd(run);
		assertThat(this.output.told).containsExactly("run/a completed");
	}

	@Test
	void runIsStoppedThatHasLivedLongEnough() {
		this.runs = runs(1, 1, Duration.ofMillis(20), DAY);
		SseRun run = this.runs.start("a", (one) -> {
			one.onStop(this.gate::countDown);
			this.gate.await();
		});
		awaitEnd(run);
		assertThat(run.isStopped()).isTrue();
	}

	@Test
	void noMoreThanThereMayBe() {
		this.user = "ada";
		SseRun first = startWaiting("1");
		startWaiting("2");
		assertThatExceptionOfType(SseRunsFullException.class).isThrownBy(() -> startWaiting("3"))
			.withMessageContaining("sse.runs.max-per-user");
		this.user = "bob";
		startWaiting("3");
		assertThatExceptionOfType(SseRunsFullException.class).isThrownBy(() -> startWaiting("4"))
			.withMessageContaining("sse.runs.max)");
		assertThat(this.runs.find("4")).isEmpty();
		assertThat(this.runs.count()).isEqualTo(3);
		this.gate.countDown();
		awaitEnd(first);
		this.user = "ada";
		await().ignoreExceptions().untilAsserted(() -> awaitEnd(startWaiting("4")));
	}

	@Test
	void refusedByTheExecutorIsNotStarted() {
		this.threads.shutdown();
		assertThatExceptionOfType(SseRunsFullException.class).isThrownBy(() -> startWaiting("1"));
		assertThat(this.runs.find("1")).isEmpty();
		assertThat(this.runs.count()).isZero();
	}

	@Test
	void runOfAnotherNodeIsNotStartedHere() {
		AtomicBoolean isStopped = new AtomicBoolean();
		RunNodes elsewhere = new RunNodes() {

			@Override
			public boolean claim(String id) {
				return false;
			}

			@Override
			public void ended(String id) {
			}

			@Override
			public boolean stop(String id) {
				isStopped.set(true);
				return true;
			}

		};
		this.runs = new LocalRuns(new RunSettings(1, 1, DAY, DAY, DAY), elsewhere, this.output, threads(),
				this.nanoTime::get);
		SseRun run = this.runs.start("a", (one) -> one.send("token", "1"));
		assertThat(run.topic()).isEqualTo("run/a");
		assertThat(this.runs.stop("a")).isTrue();
		assertThat(isStopped).isTrue();
		assertThat(this.runs.count()).isZero();
		assertThat(this.output.told).isEmpty();
	}

	@Test
	void shutDownStopsAllAndWaits() throws Exception {
		SseRun run = this.runs.start("a", (one) -> {
			one.onStop(this.gate::countDown);
			this.started.countDown();
			this.gate.await();
			one.send("last", "word");
		});
		awaitStart();
		this.runs.shutDown();
		assertThat(run.hasEnded()).isTrue();
		assertThat(this.output.told).containsExactly("run/a word", "run/a completed");
		assertThatExceptionOfType(SseRunsFullException.class).isThrownBy(() -> startWaiting("1"))
			.withMessageContaining("stopping");
	}

	@Test
	void shutDownIsBounded() throws Exception {
		this.runs = runs(1, 1, DAY, Duration.ofMillis(20));
		this.runs.start("a", (one) -> {
			this.started.countDown();
			while (this.gate.getCount() > 0) {
				LockSupport.parkNanos(1_000_000);
			}
		});
		awaitStart();
		long since = System.nanoTime();
		this.runs.shutDown();
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isBetween(Duration.ofSeconds(1),
				Duration.ofSeconds(10));
	}

	@Test
	void idIsPartOfATopicsName() {
		assertThatExceptionOfType(SseTopicException.class).isThrownBy(() -> startWaiting("*"));
	}

	private SseRun startWaiting(String id) {
		return this.runs.start(id, (run) -> this.gate.await());
	}

	@Test
	void runThatIsStoppedBeforeItBeginsDoesNothing() {
		CountDownLatch busy = new CountDownLatch(1);
		ExecutorService one = Executors.newSingleThreadExecutor();
		try {
			one.execute(() -> awaitBusy(busy));
			this.runs = new LocalRuns(new RunSettings(1, 1, DAY, DAY, DAY), RunNodes.ALONE, this.output,
					new LocalRuns.Threads(one, this.threads, CallContext.Capture.NONE, () -> null), this.nanoTime::get);
			SseRun run = this.runs.start("a", (body) -> body.send("token", "1"));
			this.runs.stop("a");
			busy.countDown();
			awaitEnd(run);
			assertThat(this.output.told).containsExactly("run/a completed");
		}
		finally {
			busy.countDown();
			one.shutdownNow();
		}
	}

	private static void awaitBusy(CountDownLatch busy) {
		try {
			busy.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void awaitStart() throws InterruptedException {
		assertThat(this.started.await(20, TimeUnit.SECONDS)).isTrue();
	}

	private static void awaitEnd(SseRun run) {
		await().atMost(20, TimeUnit.SECONDS).until(run::hasEnded);
	}

	private LocalRuns runs(int max, int maxPerUser, Duration maxLife, Duration stopTimeout) {
		return new LocalRuns(new RunSettings(max, maxPerUser, maxLife, DAY, stopTimeout), RunNodes.ALONE, this.output,
				threads(), this.nanoTime::get);
	}

	private LocalRuns.Threads threads() {
		return new LocalRuns.Threads((body) -> {
			if (this.threads.isShutdown()) {
				throw new RejectedExecutionException();
			}
			this.threads.execute(body);
		}, this.threads, CallContext.Capture.NONE, () -> this.user);
	}

	/**
	 * What clients are told.
	 */
	private static final class Output implements RunOutput {

		private final List<String> told = new CopyOnWriteArrayList<>();

		@Override
		public void send(String topic, SseEvent event) {
			this.told.add(topic + " " + event.data());
		}

		@Override
		public void complete(String topic, boolean isFailed) {
			this.told.add(topic + ((isFailed) ? " failed" : " completed"));
		}

	}

}
