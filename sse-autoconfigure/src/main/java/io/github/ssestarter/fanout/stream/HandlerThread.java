package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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

	/** Whether the method knows that its stream has ended. */
	@GuardedBy("this")
	private boolean hasSeenTheEnd;

	/** The interruption that is to come, {@code null} for none. */
	@GuardedBy("this")
	private @Nullable Future<?> interruption;

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
	 * Interrupts the method after some time, if it still runs then and has not seen the
	 * end of its stream.
	 */
	synchronized void interruptLater(ScheduledExecutorService clock, Duration time) {
		if (this.thread != null && this.interruption == null && !this.hasSeenTheEnd) {
			this.interruption = clock.schedule(this::interruptUnseeing, time.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private synchronized void interruptUnseeing() {
		if (!this.hasSeenTheEnd) {
			interrupt();
		}
	}

	/**
	 * The stream has ended for the thread that calls. If that is the method's own, no
	 * interruption comes later; another one, which writes a heartbeat, tells it nothing.
	 */
	synchronized void ended() {
		if (Thread.currentThread() == this.thread) {
			this.hasSeenTheEnd = true;
			cancelInterruption();
		}
	}

	@GuardedBy("this")
	private void cancelInterruption() {
		if (this.interruption != null) {
			this.interruption.cancel(false);
		}
	}

	/**
	 * The method has returned. On its thread, which is not interrupted after this.
	 */
	synchronized void returned() {
		cancelInterruption();
		this.thread = null;
		if (this.isInterrupted) {
			Thread.interrupted();
		}
	}

}
