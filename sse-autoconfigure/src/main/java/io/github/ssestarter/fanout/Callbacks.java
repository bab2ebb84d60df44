package io.github.ssestarter.fanout;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks on the application's executor, one after the other.
 */
final class Callbacks {

	private static final Log logger = LogFactory.getLog(Callbacks.class);

	private final Executor executor;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. */
	private final Queue<Runnable> waiting = new ArrayDeque<>(1);

	/** Guarded by the lock. Whether a task of the executor works on what waits. */
	private boolean isStarted;

	Callbacks(Executor executor) {
		this.executor = executor;
	}

	void run(Runnable callback) {
		add(callback);
		start();
	}

	/**
	 * Adds a callback, which runs after those before it, once started.
	 */
	void add(Runnable callback) {
		this.lock.lock();
		try {
			this.waiting.add(callback);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Has the executor run what was added.
	 */
	void start() {
		this.lock.lock();
		try {
			if (this.isStarted || this.waiting.isEmpty()) {
				return;
			}
			this.isStarted = true;
		}
		finally {
			this.lock.unlock();
		}
		try {
			this.executor.execute(this::runWaiting);
		}
		catch (RejectedExecutionException ex) {
			logger.warn("The application's task executor refuses callbacks: they are not run", ex);
			this.lock.lock();
			try {
				this.waiting.clear();
				this.isStarted = false;
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private void runWaiting() {
		Runnable callback = next();
		while (callback != null) {
			try {
				callback.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A callback failed", ex);
			}
			callback = next();
		}
	}

	private @Nullable Runnable next() {
		this.lock.lock();
		try {
			Runnable next = this.waiting.poll();
			this.isStarted = next != null;
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

}
