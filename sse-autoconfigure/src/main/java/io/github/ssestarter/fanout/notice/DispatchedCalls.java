package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks on a few threads, and questions on a few others: of the engine, or of an
 * executor of the application.
 *
 * @since 0.1.0
 */
public final class DispatchedCalls implements ApplicationCalls {

	private final Dispatcher callbacks;

	private final Dispatcher questions;

	/**
	 * Makes no thread before there is something to run.
	 * @param application the application's executor, {@code null} for threads of ours
	 * @param threads make threads whose names begin as they are told to
	 * @param nanoTime a clock that cannot jump
	 */
	public DispatchedCalls(@Nullable Executor application, Function<String, ThreadFactory> threads,
			LongSupplier nanoTime) {
		FaultLog faults = new FaultLog(nanoTime);
		this.callbacks = new Dispatcher(application, threads.apply("sse-callback-"), faults, nanoTime);
		this.questions = new Dispatcher(application, threads.apply("sse-question-"), faults, nanoTime);
	}

	@Override
	public Executor callbacks() {
		return this.callbacks;
	}

	@Override
	public Executor questions() {
		return this.questions;
	}

	@Override
	public void start(ScheduledExecutorService clock) {
		this.callbacks.start();
		this.questions.start();
		clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
	}

	private void look() {
		this.callbacks.look();
		this.questions.look();
	}

	@Override
	public void stop(Duration timeout) {
		long begin = System.nanoTime();
		this.questions.stop(timeout);
		this.callbacks.stop(timeout.minusNanos(System.nanoTime() - begin));
	}

}
