package io.github.ssestarter.fanout.notice;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks for the application, one after the other.
 */
public final class Callbacks {

	private static final Log logger = LogFactory.getLog(Callbacks.class);

	private final Executor executor;

	private final FaultLog faults;

	/** {@code null} if nothing waits: most streams wait for long. */
	@GuardedBy("this")
	private @Nullable Queue<Runnable> waiting;

	/** Whether a task of the executor works on what waits. */
	@GuardedBy("this")
	private boolean isStarted;

	public Callbacks(Executor executor, FaultLog faults) {
		this.executor = executor;
		this.faults = faults;
	}

	/**
	 * Adds a callback, which runs after those before it, once started.
	 */
	public synchronized void add(Runnable callback) {
		if (this.waiting == null) {
			this.waiting = new ArrayDeque<>(2);
		}
		this.waiting.add(callback);
	}

	/**
	 * Has the executor run what was added. Not under this monitor, since an executor of a
	 * test may run it at once.
	 */
	public void start() {
		synchronized (this) {
			if (this.isStarted || this.waiting == null) {
				return;
			}
			this.isStarted = true;
		}
		this.executor.execute(this::runWaiting);
	}

	private void runWaiting() {
		Runnable callback = next();
		while (callback != null) {
			this.faults.telling(logger, "A callback failed", callback).run();
			callback = next();
		}
	}

	private synchronized @Nullable Runnable next() {
		Runnable next = (this.waiting != null) ? this.waiting.poll() : null;
		if (next == null) {
			this.waiting = null;
			this.isStarted = false;
		}
		return next;
	}

}
