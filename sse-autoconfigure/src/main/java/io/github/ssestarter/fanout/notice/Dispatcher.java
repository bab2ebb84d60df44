package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has a few workers run whatever it is given, and loses nothing of it.
 */
final class Dispatcher implements Executor {

	/*
	 * A worker runs one task after the other until none waits, on a thread of ours or of
	 * the application's executor. That may do anything with a worker: run it on the
	 * thread that brings it, have that wait, refuse it, drop it, keep it for long. So a
	 * thread brings it that does nothing else. What is refused is done by a thread of
	 * ours instead; so is all that waits while a worker is overdue, which has not begun
	 * for some seconds. One that begins after all finds that out, and ends at once.
	 */

	static final int MAX_WORKERS = 8;

	private static final long PATIENCE = Duration.ofSeconds(3).toNanos();

	private static final long LINGER = Duration.ofSeconds(10).toNanos();

	private static final Log logger = LogFactory.getLog(Dispatcher.class);

	private final @Nullable Executor application;

	private final ThreadFactory threads;

	private final ThreadFactory bringers = DaemonThreads.named("sse-bringer");

	private final FaultLog faults;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition added = this.lock.newCondition();

	private final Condition rested = this.lock.newCondition();

	@GuardedBy("this.lock")
	private final Queue<Runnable> waiting = new ArrayDeque<>();

	/** Workers that were asked for and have not ended, without those that are overdue. */
	@GuardedBy("this.lock")
	private int workers;

	/** Those of them that have no task: they have not begun, or wait for one. */
	@GuardedBy("this.lock")
	private int free;

	@GuardedBy("this.lock")
	private final Set<Worker> brought = new HashSet<>();

	@GuardedBy("this.lock")
	private final Set<Worker> overdue = new HashSet<>();

	@GuardedBy("this.lock")
	private final Set<Thread> atWork = new HashSet<>();

	@GuardedBy("this.lock")
	private final Set<Thread> own = new HashSet<>();

	@GuardedBy("this.lock")
	private boolean isBringing;

	@GuardedBy("this.lock")
	private boolean isStopped;

	Dispatcher(@Nullable Executor application, ThreadFactory threads, FaultLog faults, LongSupplier nanoTime) {
		this.application = application;
		this.threads = threads;
		this.faults = faults;
		this.nanoTime = nanoTime;
	}

	@Override
	public void execute(Runnable task) {
		this.lock.lock();
		try {
			this.waiting.add(task);
			this.added.signal();
		}
		finally {
			this.lock.unlock();
		}
		staff();
	}

	/**
	 * Asks for as many workers as there is work for. Does not wait.
	 */
	private void staff() {
		int missing = 0;
		boolean brings = false;
		this.lock.lock();
		try {
			if (isShort() && this.application != null && !this.isStopped && this.overdue.isEmpty()) {
				brings = !this.isBringing;
				this.isBringing = true;
			}
			else {
				for (; isShort(); missing++) {
					add();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		if (brings && !start(this.bringers, this::bring)) {
			notBringing();
		}
		for (; missing > 0; missing--) {
			startOwn();
		}
	}

	private void notBringing() {
		this.lock.lock();
		try {
			this.isBringing = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private boolean isShort() {
		return this.waiting.size() > this.free && this.workers < MAX_WORKERS;
	}

	@GuardedBy("this.lock")
	private void add() {
		this.workers++;
		this.free++;
	}

	@GuardedBy("this.lock")
	private void remove() {
		this.workers--;
		this.free--;
		this.rested.signalAll();
	}

	private void startOwn() {
		if (!start(this.threads, new Worker())) {
			this.lock.lock();
			try {
				remove();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private boolean start(ThreadFactory factory, Runnable work) {
		try {
			factory.newThread(work).start();
			return true;
		}
		catch (RuntimeException | Error ex) {
			this.faults.error(logger, "No thread for callbacks could be started: tried again", "", ex);
			return false;
		}
	}

	/**
	 * Brings workers to the application's executor, as long as more are wanted.
	 */
	private void bring() {
		Executor executor = this.application;
		Worker worker = next();
		while (executor != null && worker != null) {
			Throwable failure = null;
			try {
				executor.execute(worker);
			}
			catch (Throwable ex) {
				failure = ex;
			}
			if ((failure != null || worker.isCallerRun) && withdraw(worker)) {
				this.faults.error(logger,
						"The bean sseTaskExecutor refuses work, or has its caller do it: threads of ours do it", "",
						failure);
				startOwn();
			}
			worker = next();
		}
	}

	private @Nullable Worker next() {
		this.lock.lock();
		try {
			if (!isShort() || this.isStopped || !this.overdue.isEmpty()) {
				this.isBringing = false;
				return null;
			}
			Worker worker = new Worker(this.nanoTime.getAsLong());
			this.brought.add(worker);
			add();
			return worker;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Has a worker do nothing.
	 * @return whether its place stays taken, for another
	 */
	private boolean withdraw(Worker worker) {
		this.lock.lock();
		try {
			this.overdue.remove(worker);
			return this.brought.remove(worker);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks whether the application's executor begins what it was brought, and whether
	 * there are workers. Called now and then; does not wait.
	 */
	void look() {
		boolean isOverdue = false;
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			for (Worker worker : Set.copyOf(this.brought)) {
				if (!this.waiting.isEmpty() && now - worker.since >= PATIENCE) {
					giveUp(worker);
					isOverdue = true;
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		if (isOverdue) {
			this.faults.error(logger,
					"The bean sseTaskExecutor has not begun for seconds with what it was given: threads of ours do it"
							+ " until it does",
					"", null);
		}
		staff();
	}

	@GuardedBy("this.lock")
	private void giveUp(Worker worker) {
		this.brought.remove(worker);
		this.overdue.add(worker);
		remove();
	}

	void start() {
		this.lock.lock();
		try {
			this.isStopped = false;
			this.overdue.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until all is done, then interrupts those of our threads that are still at
	 * work. What is given afterwards is done all the same.
	 */
	void stop(Duration timeout) {
		this.lock.lock();
		try {
			this.isStopped = true;
			Set.copyOf(this.brought).forEach(this::giveUp);
			this.added.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		staff();
		boolean isInterrupted = false;
		this.lock.lock();
		try {
			long left = timeout.toNanos();
			while (this.workers > 0 && left > 0 && !this.atWork.contains(Thread.currentThread())) {
				left = this.rested.awaitNanos(left);
			}
			if (left <= 0) {
				this.own.forEach(Thread::interrupt);
			}
		}
		catch (InterruptedException ex) {
			isInterrupted = true;
		}
		finally {
			this.lock.unlock();
		}
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Runs one task after the other. Begins once.
	 */
	private final class Worker implements Runnable {

		/** {@code null} on a thread of ours. */
		private final @Nullable Thread bringer;

		private final long since;

		/** Of the bringer's thread alone. */
		private boolean isCallerRun;

		Worker() {
			this.bringer = null;
			this.since = 0;
		}

		Worker(long since) {
			this.bringer = Thread.currentThread();
			this.since = since;
		}

		@Override
		public void run() {
			if (Thread.currentThread() == this.bringer) {
				this.isCallerRun = true;
				return;
			}
			if (!begin()) {
				return;
			}
			Runnable task = take();
			while (task != null) {
				try {
					task.run();
				}
				catch (Throwable ex) {
					Dispatcher.this.faults.error(logger, "A callback failed", "", ex);
				}
				task = takeAnother();
			}
			staff();
		}

		private boolean begin() {
			Dispatcher outer = Dispatcher.this;
			outer.lock.lock();
			try {
				outer.overdue.remove(this);
				if (this.bringer != null && !outer.brought.remove(this)) {
					return false;
				}
				outer.atWork.add(Thread.currentThread());
				if (this.bringer == null) {
					outer.own.add(Thread.currentThread());
				}
				return true;
			}
			finally {
				outer.lock.unlock();
			}
		}

		private @Nullable Runnable takeAnother() {
			Dispatcher outer = Dispatcher.this;
			outer.lock.lock();
			try {
				outer.free++;
				return take();
			}
			finally {
				outer.lock.unlock();
			}
		}

		private @Nullable Runnable take() {
			Dispatcher outer = Dispatcher.this;
			outer.lock.lock();
			try {
				Runnable task = (isWantedBack()) ? null : outer.waiting.poll();
				long left = (outer.application == null) ? LINGER : 0;
				while (task == null && left > 0 && !outer.isStopped) {
					left = await(left);
					task = outer.waiting.poll();
				}
				if (task == null) {
					outer.atWork.remove(Thread.currentThread());
					outer.own.remove(Thread.currentThread());
					outer.remove();
				}
				else {
					outer.free--;
				}
				return task;
			}
			finally {
				outer.lock.unlock();
			}
		}

		/**
		 * Whether the application's executor interrupts its thread. On a thread of ours
		 * an interruption was the last callback's.
		 */
		private boolean isWantedBack() {
			return Thread.interrupted() && this.bringer != null;
		}

		private long await(long left) {
			try {
				return Dispatcher.this.added.awaitNanos(left);
			}
			catch (InterruptedException ex) {
				return left;
			}
		}

	}

}
