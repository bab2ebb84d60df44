package io.github.ssestarter.fanout.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which a stream's controller method runs, for whoever has to interrupt it.
 */
final class HandlerThread {

	/** {@code null} once the method has returned. */
	@GuardedBy("this")
	private @Nullable Thread thread = Thread.currentThread();

	@GuardedBy("this")
	private boolean isInterrupted;

	/**
	 * Interrupts the method, if it still runs, once.
	 */
	synchronized void interrupt() {
		if (this.thread != null && !this.isInterrupted) {
			this.isInterrupted = true;
			this.thread.interrupt();
		}
	}

	/**
	 * The method has returned. On its thread, which is not interrupted after this.
	 */
	synchronized void returned() {
		this.thread = null;
		if (this.isInterrupted) {
			Thread.interrupted();
		}
	}

}
