package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Dispatcher}, whose application's executor runs what it is given when
 * the test says so.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DispatcherTests {

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int PAUSE = 30;

	private static final int THREADS = 8;

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);

	/** What the application's executor was given and has not run. */
	private final Queue<Runnable> given = new ConcurrentLinkedQueue<>();

	private final Queue<String> called = new ConcurrentLinkedQueue<>();

	/** Those of ours, in the order in which they were made. */
	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final AtomicBoolean isExhausted = new AtomicBoolean();

	private final CountDownLatch release = new CountDownLatch(1);

	private Dispatcher dispatcher = dispatcher(this.given::add);

	private Dispatcher dispatcher(@Nullable Executor application) {
		ThreadFactory daemons = DaemonThreads.numbered("sse-test-");
		return new Dispatcher(application, (task) -> {
			if (this.isExhausted.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			Thread thread = daemons.newThread(task);
			this.threads.add(thread);
			return thread;
		}, new FaultLog(this.nanoTime::get), this.nanoTime::get);
	}

	@AfterEach
	void stop() {
		this.release.countDown();
		assertThat(Thread.interrupted()).isFalse();
		stop(Duration.ofSeconds(20));
		assertThat(this.threads).allSatisfy((thread) -> await().until(() -> !thread.isAlive()));
	}

	private void stop(Duration timeout) {
		this.dispatcher.stop(System.nanoTime() + timeout.toNanos(), Interrupt.SHUTDOWN);
	}

	private void execute(String name) {
		this.dispatcher.execute(() -> this.called.add(name));
	}

	/**
	 * Gives a task, and waits until the application's executor has it.
	 */
	private Runnable give(String name) {
		execute(name);
		awaitGiven(1);
		return this.given.remove();
	}

	private void awaitGiven(int count) {
		await().until(() -> this.given.size() == count);
	}

	private void awaitCalled(String... names) {
		await().untilAsserted(() -> assertThat(this.called).containsExactly(names));
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
		this.dispatcher.look();
	}

	private void waitForRelease() {
		try {
			this.release.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			this.called.add("interrupted");
		}
	}

	/**
	 * Waits for the release whatever interrupts it.
	 */
	private void waitStubbornly() {
		boolean isInterrupted = false;
		while (this.release.getCount() > 0) {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				isInterrupted = true;
			}
		}
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void aTaskIsRunByTheApplicationsExecutorAndOnlyOnce(CapturedOutput output) {
		Runnable task = give("task");
		assertThat(this.called).isEmpty();
		task.run();
		task.run();
		awaitCalled("task");
		assertThat(output).doesNotContain("sseTaskExecutor");
	}

	@Test
	void withoutAnExecutorATaskIsRunByAThreadOfOurs(CapturedOutput output) {
		this.dispatcher = dispatcher(null);
		AtomicReference<Thread> thread = new AtomicReference<>();
		this.dispatcher.execute(() -> thread.set(Thread.currentThread()));
		await().until(() -> thread.get() != null);
		assertThat(this.threads).containsExactly(thread.get());
		assertThat(output).doesNotContain("sseTaskExecutor");
	}

	@Test
	void whatIsNotBegunWithForThreeSecondsIsRunByAThreadOfOursAndTold(CapturedOutput output) {
		Runnable task = give("task");
		pass(PATIENCE.minusNanos(1));
		assertThat(output).doesNotContain("sseTaskExecutor");
		assertThat(this.called).isEmpty();
		pass(Duration.ofNanos(1));
		awaitCalled("task");
		assertThat(output).containsOnlyOnce("The bean sseTaskExecutor has not begun for seconds");
		task.run();
		assertThat(this.called).containsExactly("task");
	}

	@Test
	void whatWasTakenBackIsNotRunByTheExecutorEvenBeforeOurThreadComesToIt() {
		this.dispatcher = dispatcher((task) -> {
			this.given.add(task);
			waitStubbornly();
		});
		Runnable task = give("task");
		pass(PATIENCE);
		task.run();
		assertThat(this.called).isEmpty();
		this.release.countDown();
		awaitCalled("task");
	}

	@Test
	void anInterruptionThatTakesATaskBackIsNotSeenByTheTask() {
		AtomicReference<@Nullable Boolean> isInterrupted = new AtomicReference<>();
		this.dispatcher.execute(() -> isInterrupted.set(Thread.currentThread().isInterrupted()));
		awaitGiven(1);
		pass(PATIENCE);
		await().until(() -> isInterrupted.get() != null);
		assertThat(isInterrupted).hasValue(false);
	}

	@Test
	void anInterruptionOfTheExecutorsOwnThreadIsKept() {
		Runnable task = give("task");
		Thread.currentThread().interrupt();
		task.run();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.called).containsExactly("task");
	}

	@Test
	void aTaskThatRunsLongIsNotTakenForOneThatIsNotBegunWith(CapturedOutput output) {
		this.dispatcher.execute(() -> {
			this.called.add("begun");
			waitForRelease();
		});
		awaitGiven(1);
		Thread thread = new Thread(this.given.remove());
		thread.start();
		awaitCalled("begun");
		pass(Duration.ofHours(1));
		this.release.countDown();
		await().until(() -> !thread.isAlive());
		assertThat(this.called).containsExactly("begun");
		assertThat(output).doesNotContain("sseTaskExecutor");
		give("next").run();
		assertThat(this.called).containsExactly("begun", "next");
	}

	@Test
	void afterATaskWasTakenBackNothingIsGivenToTheExecutorForThirtyLooks() {
		give("late");
		pass(PATIENCE);
		awaitCalled("late");
		for (int i = 1; i < PAUSE; i++) {
			this.dispatcher.look();
		}
		execute("ours");
		awaitCalled("late", "ours");
		assertThat(this.given).isEmpty();
		this.dispatcher.look();
		give("theirs").run();
		assertThat(this.called).containsExactly("late", "ours", "theirs");
	}

	@Test
	void whatAnExecutorRefusesIsRunByAThreadOfOursAndTold(CapturedOutput output) {
		this.dispatcher = dispatcher((task) -> {
			throw new RejectedExecutionException("full");
		});
		execute("task");
		awaitCalled("task");
		assertThat(output).containsOnlyOnce("The bean sseTaskExecutor refuses work").contains("full");
	}

	@Test
	void aTaskThatFailsIsTold(CapturedOutput output) {
		this.dispatcher.execute(() -> {
			throw new IllegalStateException("of the test");
		});
		awaitGiven(1);
		this.given.remove().run();
		assertThat(output).contains("A callback failed").contains("of the test");
		give("next").run();
		assertThat(this.called).containsExactly("next");
	}

	@Test
	void aThreadOfTheExecutorGoesOnWithWhatWaits() {
		for (int i = 1; i <= THREADS + 2; i++) {
			execute("task");
		}
		awaitGiven(THREADS);
		this.given.remove().run();
		assertThat(this.called).hasSize(3);
		this.given.forEach(Runnable::run);
		stop(Duration.ofSeconds(20));
		assertThat(this.called).hasSize(THREADS + 2);
	}

	@Test
	void aThreadOfTheExecutorThatIsInterruptedGoesOnWithNothing() {
		for (int i = 1; i <= THREADS + 1; i++) {
			execute("task");
		}
		awaitGiven(THREADS);
		Runnable first = this.given.remove();
		Thread.currentThread().interrupt();
		first.run();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.called).hasSize(1);
		awaitGiven(THREADS);
		this.given.forEach(Runnable::run);
		assertThat(this.called).hasSize(THREADS + 1);
	}

	@Test
	void whatThereIsNoThreadForIsToldAndRunAtALook(CapturedOutput output) {
		this.isExhausted.set(true);
		execute("task");
		assertThat(output).containsOnlyOnce("No thread for callbacks could be started");
		assertThat(this.threads).isEmpty();
		this.isExhausted.set(false);
		this.dispatcher.look();
		awaitGiven(1);
		this.given.remove().run();
		assertThat(this.called).containsExactly("task");
	}

	@Test
	void aLookMakesNoThreadIfNothingWaits() {
		this.dispatcher.look();
		assertThat(this.threads).isEmpty();
	}

	@Test
	void aStopTakesBackWhatTheExecutorHasJustBeenGivenAndWaitsForIt() {
		Runnable task = give("task");
		long before = System.nanoTime();
		stop(Duration.ofSeconds(40));
		assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(20).toNanos());
		assertThat(this.called).containsExactly("task");
		task.run();
		execute("after the stop");
		awaitCalled("task", "after the stop");
		assertThat(this.given).isEmpty();
	}

	@Test
	void aStopWaitsForWhatTheExecutorHasBegunWith() {
		this.dispatcher.execute(() -> {
			this.called.add("begun");
			waitForRelease();
			this.called.add("done");
		});
		awaitGiven(1);
		new Thread(this.given.remove()).start();
		awaitCalled("begun");
		Thread stopping = new Thread(() -> stop(Duration.ofSeconds(20)));
		stopping.start();
		await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
		this.release.countDown();
		await().until(() -> !stopping.isAlive());
		assertThat(this.called).containsExactly("begun", "done");
	}

	@Test
	void aStopInterruptsWhatTakesLongerThanItWaitsAndWhatWaitsIsDoneAfterwards() {
		this.dispatcher = dispatcher(null);
		for (int i = 1; i <= THREADS; i++) {
			this.dispatcher.execute(this::waitForRelease);
		}
		execute("waits");
		stop(Duration.ofMillis(20));
		await().untilAsserted(() -> assertThat(this.called).hasSize(THREADS + 1).contains("waits", "interrupted"));
	}

	@Test
	void aStopThatMayNotInterruptLeavesAtWorkWhatTakesLonger() {
		this.dispatcher = dispatcher(null);
		this.dispatcher.execute(() -> {
			waitForRelease();
			this.called.add("done");
		});
		execute("beside");
		awaitCalled("beside");
		this.dispatcher.stop(System.nanoTime(), Interrupt.NEVER);
		this.release.countDown();
		await().untilAsserted(() -> assertThat(this.called).containsExactly("beside", "done"));
	}

	@Test
	void aStopThatIsInterruptedWaitsNoMoreAndStaysInterrupted() {
		this.dispatcher = dispatcher(null);
		this.dispatcher.execute(this::waitForRelease);
		await().until(() -> !this.threads.isEmpty());
		Thread.currentThread().interrupt();
		stop(Duration.ofSeconds(20));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.called).isEmpty();
	}

	@Test
	void aTaskThatStopsUsDoesNotWaitForItself() {
		this.dispatcher = dispatcher(null);
		this.dispatcher.execute(() -> {
			stop(Duration.ofMinutes(1));
			this.called.add((Thread.currentThread().isInterrupted()) ? "interrupted" : "stopped");
		});
		awaitCalled("stopped");
	}

	@Test
	void afterAnotherStartTheExecutorIsGivenWorkAgain() {
		give("late");
		pass(PATIENCE);
		awaitCalled("late");
		stop(Duration.ofSeconds(20));
		this.dispatcher.start();
		give("theirs").run();
		assertThat(this.called).containsExactly("late", "theirs");
	}

}
