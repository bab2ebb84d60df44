package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Runs what is the application's: callbacks, questions to it, and what streams send from.
 * The executors take whatever they are given, at any time, return at once, and run
 * nothing on the thread that gives it.
 *
 * @param callbacks runs callbacks, and publishes application events
 * @param questions asks what somebody may hear, and does not wait for callbacks
 * @param sources draws from what streams send from, which may take its time
 * @since 0.1.0
 */
public record ApplicationCalls(Executor callbacks, Executor questions, Executor sources) {

	/**
	 * Leaves all to a few threads for each, which are made when there is something to
	 * run.
	 * @param application the application's executor, {@code null} for threads of ours
	 * @param threads make threads whose names begin as they are told to
	 * @param nanoTime a clock that cannot jump
	 * @return what runs on them
	 */
	public static ApplicationCalls dispatched(@Nullable Executor application, Function<String, ThreadFactory> threads,
			LongSupplier nanoTime) {
		FaultLog faults = new FaultLog(nanoTime);
		return new ApplicationCalls(new Dispatcher(application, threads.apply("sse-callback-"), faults, nanoTime),
				new Dispatcher(application, threads.apply("sse-question-"), faults, nanoTime),
				new Dispatcher(application, threads.apply("sse-source-"), faults, nanoTime));
	}

	/**
	 * For an engine that is turned by hand: leaves all to an executor, which may run it
	 * on the thread that gives it.
	 * @param executor the executor
	 * @return what runs on it
	 */
	public static ApplicationCalls on(Executor executor) {
		return new ApplicationCalls(executor, executor, executor);
	}

	private Stream<Dispatcher> dispatchers() {
		return Stream.of(this.questions, this.sources, this.callbacks)
			.filter(Dispatcher.class::isInstance)
			.map(Dispatcher.class::cast);
	}

	/**
	 * The engine starts.
	 * @param clock runs, now and then, what returns at once
	 */
	public void start(ScheduledExecutorService clock) {
		dispatchers().forEach(Dispatcher::start);
		clock.scheduleWithFixedDelay(() -> dispatchers().forEach(Dispatcher::look), 1, 1, TimeUnit.SECONDS);
	}

	/**
	 * The engine has stopped: waits until all is run.
	 * @param timeout for how long at most
	 * @param interrupt whether what still runs then is interrupted
	 */
	public void stop(Duration timeout, Interrupt interrupt) {
		long end = System.nanoTime() + timeout.toNanos();
		dispatchers().forEach((dispatcher) -> dispatcher.stop(end, interrupt));
	}

}
