package io.github.ssestarter.fanout.notice;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Runs what is the application's: callbacks, and questions to it. Both executors take
 * whatever they are given, at any time, return at once, and run nothing on the thread
 * that gives it.
 *
 * @since 0.1.0
 */
public interface ApplicationCalls {

	/**
	 * Runs callbacks, and publishes application events.
	 * @return the executor
	 */
	Executor callbacks();

	/**
	 * Asks what somebody may hear. Does not wait for callbacks.
	 * @return the executor
	 */
	Executor questions();

	/**
	 * The engine starts.
	 * @param clock runs, now and then, what returns at once
	 */
	default void start(ScheduledExecutorService clock) {
	}

	/**
	 * The engine has stopped: waits until all is run.
	 * @param timeout for how long at most
	 */
	default void stop(Duration timeout) {
	}

	/**
	 * For an engine that is turned by hand: leaves all to an executor, which may run it
	 * on the thread that gives it.
	 * @param executor the executor
	 * @return what runs on it
	 */
	static ApplicationCalls on(Executor executor) {
		return new ApplicationCalls() {

			@Override
			public Executor callbacks() {
				return executor;
			}

			@Override
			public Executor questions() {
				return executor;
			}

		};
	}

}
