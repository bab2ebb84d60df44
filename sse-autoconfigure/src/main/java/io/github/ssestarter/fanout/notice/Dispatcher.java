package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has a few threads run whatever it is given, and loses nothing of it.
 */
final class Dispatcher implements Executor {

	/*
	 * A thread of ours takes a call, gives it to the application's executor, if there is
	 * one, and waits until it is done. So that has a few calls at most, and whatever it
	 * does with its caller it does to a thread that does nothing else. What it has not
	 * begun with after some seconds is taken back: its thread is interrupted, wherever it
	 * waits, and runs the call itself. For a while nothing is given to the executor then.
	 * A thread of the application's that has run a call goes on with what waits.
	 *
	 * The queue has no bound of its own, since nothing may be refused. A stream's
	 * callbacks stand in it once however many they are, as do the topics' and a round of
	 * rechecks; and a stream asks one question at a time.
	 */

	private static final int THREADS = 8;

	private static final long PATIENCE = Duration.ofSeconds(3).toNanos();

	private static final int PAUSE = 30;

	private static final Log logger = LogFactory.getLog(Dispatcher.class);

	private final @Nullable Executor application;

	private final FaultLog faults;

	private final LongSupplier nanoTime;

	private final ThreadPoolExecutor pool;

	/** What was given and is not done. */
	private final Set<Call> calls = ConcurrentHashMap.newKeySet();

	/** For how many looks nothing is given to the application's executor. */
	private volatile int pause;

	private volatile boolean isStopped;

	Dispatcher(@Nullable Executor application, ThreadFactory threads, FaultLog faults, LongSupplier nanoTime) {
		this.application = application;
		this.faults = faults;
		this.nanoTime = nanoTime;
		this.pool = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				threads);
		this.pool.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		Call call = new Call(task);
		this.calls.add(call);
		// The pool's own execute() loses what it can start no thread for
		this.pool.getQueue().add(call);
		startThread();
	}

	private void startThread() {
		try {
			this.pool.prestartCoreThread();
		}
		catch (RuntimeException | Error ex) {
			this.faults.error(logger, "No thread for callbacks could be started: tried again", "", ex);
		}
	}

	/**
	 * Takes back what the application's executor has not begun with, and sees to it that
	 * there is a thread for what waits. Called each second; does not wait.
	 */
	void look() {
		long latest = this.nanoTime.getAsLong() - PATIENCE;
		boolean isLate = false;
		for (Call call : this.calls) {
			isLate |= call.takeBack(latest);
		}
		if (isLate) {
			this.faults.error(logger,
					"The bean sseTaskExecutor has not begun for seconds with what it was given: threads of ours do it"
							+ " for a while",
					"", null);
		}
		else if (this.pause > 0) {
			this.pause--;
		}
		if (!this.pool.getQueue().isEmpty()) {
			startThread();
		}
	}

	void start() {
		this.pause = 0;
		this.isStopped = false;
		this.pool.setKeepAliveTime(10, TimeUnit.SECONDS);
	}

	/**
	 * Waits until all is done, then interrupts those of our threads that are still at
	 * work, if it may. What is given afterwards is done all the same.
	 * @param end the time at which it does not wait any more
	 * @param interrupt whether our threads may be interrupted in what they run; those
	 * that only wait are in any case
	 */
	void stop(long end, Interrupt interrupt) {
		this.isStopped = true;
		this.pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
		long soon = this.nanoTime.getAsLong() + PATIENCE;
		this.calls.forEach((call) -> call.takeBack(soon));
		try {
			// A callback that stops the engine does not wait for itself
			if (this.calls.stream().noneMatch(Call::isOnThisThread) && !awaitAll(end)) {
				this.calls.stream()
					.filter((call) -> interrupt != Interrupt.NEVER || !call.isOurs())
					.forEach(Call::interrupt);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean awaitAll(long end) throws InterruptedException {
		while (!this.calls.isEmpty()) {
			for (Call call : this.calls) {
				if (!call.done.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
					return false;
				}
			}
		}
		return true;
	}

	/**
	 * Runs a task once, on the thread that begins first.
	 */
	private final class Call implements Runnable {

		private final Runnable task;

		private final CountDownLatch done = new CountDownLatch(1);

		/** Of the pool. */
		@GuardedBy("this")
		private @Nullable Thread ours;

		/**
		 * When it was given to the application's executor, {@code null} if only our
		 * thread may run it.
		 */
		@GuardedBy("this")
		private @Nullable Long given;

		@GuardedBy("this")
		private @Nullable Thread runner;

		Call(Runnable task) {
			this.task = Dispatcher.this.faults.telling(logger, "A callback failed", task);
		}

		/**
		 * Begins on a thread of ours.
		 */
		@Override
		public void run() {
			Throwable failure = null;
			try {
				Executor executor = give();
				if (executor != null) {
					executor.execute(() -> run(null));
					this.done.await();
				}
			}
			catch (Throwable ex) {
				failure = ex;
			}
			run(failure);
		}

		private synchronized @Nullable Executor give() {
			Dispatcher outer = Dispatcher.this;
			this.ours = Thread.currentThread();
			Executor executor = (outer.pause > 0 || outer.isStopped) ? null : outer.application;
			this.given = (executor != null) ? outer.nanoTime.getAsLong() : null;
			return executor;
		}

		private void run(@Nullable Throwable failure) {
			Dispatcher outer = Dispatcher.this;
			if (!begin()) {
				return;
			}
			if (isOurs() && isGiven()) {
				outer.faults.error(logger,
						"The bean sseTaskExecutor refuses work, or has its caller do it: threads of ours do it", "",
						failure);
			}
			this.task.run();
			if (!isOurs()) {
				runWaiting();
			}
			ended();
		}

		/**
		 * The next would need another thread of the application while this one ends.
		 */
		private void runWaiting() {
			while (!Thread.currentThread().isInterrupted()
					&& Dispatcher.this.pool.getQueue().poll() instanceof Call next) {
				next.task.run();
				next.ended();
			}
		}

		private void ended() {
			Dispatcher.this.calls.remove(this);
			this.done.countDown();
		}

		private synchronized boolean begin() {
			Thread current = Thread.currentThread();
			if (this.runner != null || (this.given == null && current != this.ours)) {
				return false;
			}
			this.runner = current;
			if (current == this.ours) {
				// That was to take the call back, not to end it
				Thread.interrupted();
			}
			return true;
		}

		private synchronized boolean isOurs() {
			return this.runner == this.ours;
		}

		private synchronized boolean isGiven() {
			return this.given != null;
		}

		synchronized boolean takeBack(long latest) {
			if (this.given == null || this.runner != null || this.given - latest > 0) {
				return false;
			}
			this.given = null;
			// First, or its thread brings the next
			Dispatcher.this.pause = PAUSE;
			interrupt();
			return true;
		}

		synchronized void interrupt() {
			if (this.ours != null) {
				this.ours.interrupt();
			}
		}

		synchronized boolean isOnThisThread() {
			return this.runner == Thread.currentThread();
		}

	}

}
