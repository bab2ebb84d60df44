package io.github.ssestarter.fanout.notice;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that do not keep the application running.
 *
 * @since 0.1.0
 */
public final class DaemonThreads {

	private DaemonThreads() {
	}

	public static ThreadFactory named(String name) {
		return (task) -> daemon(task, name);
	}

	/**
	 * Threads with a number each.
	 * @param prefix how their names begin
	 * @return what makes them
	 */
	public static ThreadFactory numbered(String prefix) {
		AtomicInteger last = new AtomicInteger();
		return (task) -> daemon(task, prefix + last.incrementAndGet());
	}

	private static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

}
