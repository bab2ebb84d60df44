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
 * Runs one stream's callbacks on the application's executor, one after the other.
 */
final class Callbacks {

	private static final Log logger = LogFactory.getLog(Callbacks.class);

	private final Executor executor;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. Not empty while a task of the executor works on it. */
	private final Queue<Runnable> waiting = new ArrayDeque<>(1);

	Callbacks(Executor executor) {
		this.executor = executor;
	}

	void run(Runnable callback) {
		this.lock.lock();
		try {
			this.waiting.add(callback);
			if (this.waiting.size() > 1) {
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		try {
			this.executor.execute(this::runWaiting);
		}
		catch (RejectedExecutionException ex) {
			logger.warn("The application's task executor refuses the callbacks of a stream: they are not run", ex);
			this.lock.lock();
			try {
				this.waiting.clear();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private void runWaiting() {
		Runnable callback = next(false);
		while (callback != null) {
			try {
				callback.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A callback of a stream failed", ex);
			}
			callback = next(true);
		}
	}

	private @Nullable Runnable next(boolean isDone) {
		this.lock.lock();
		try {
			if (isDone) {
				this.waiting.remove();
			}
			return this.waiting.peek();
		}
		finally {
			this.lock.unlock();
		}
	}

}
