package io.github.ssestarter.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseRun;

/**
 * A run, on the node that has it, or as another node sees it.
 */
final class Run implements SseRun {

	/** What stands before the id in the name of a topic. */
	static final String PREFIX = "run/";

	private final String id;

	private final RunOutput output;

	private final Executor callbacks;

	@GuardedBy("this")
	private final List<Runnable> onStop = new ArrayList<>(1);

	@GuardedBy("this")
	private @Nullable Thread runner;

	private volatile boolean isStopped;

	private volatile boolean hasEnded;

	Run(String id, RunOutput output, Executor callbacks) {
		this.id = id;
		this.output = output;
		this.callbacks = callbacks;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public String topic() {
		return PREFIX + this.id;
	}

	@Override
	public SseRun send(SseEvent event) {
		if (this.hasEnded) {
			throw new IllegalStateException("The run " + this.id + " has ended: nothing more is sent");
		}
		this.output.send(topic(), event);
		return this;
	}

	@Override
	public boolean isStopped() {
		return this.isStopped;
	}

	@Override
	public void onStop(Runnable callback) {
		synchronized (this) {
			if (!this.isStopped) {
				this.onStop.add(callback);
				return;
			}
		}
		this.callbacks.execute(callback);
	}

	@Override
	public boolean hasEnded() {
		return this.hasEnded;
	}

	/**
	 * Tells it to come to its end.
	 * @return whether it was not told before
	 */
	boolean stop() {
		List<Runnable> told;
		synchronized (this) {
			if (this.isStopped || this.hasEnded) {
				return false;
			}
			this.isStopped = true;
			told = List.copyOf(this.onStop);
			this.onStop.clear();
		}
		told.forEach(this.callbacks::execute);
		return true;
	}

	/**
	 * The body begins on this thread.
	 */
	synchronized void begins() {
		this.runner = Thread.currentThread();
	}

	/**
	 * The body is over: its thread is others' again.
	 */
	synchronized void returned() {
		this.runner = null;
		this.onStop.clear();
		// It was for the body alone
		Thread.interrupted();
	}

	void ended() {
		this.hasEnded = true;
	}

	synchronized void interrupt() {
		if (this.runner != null) {
			this.runner.interrupt();
		}
	}

}
