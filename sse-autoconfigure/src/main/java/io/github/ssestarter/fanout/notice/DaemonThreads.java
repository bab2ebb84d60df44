package io.github.ssestarter.fanout.notice;

import java.util.concurrent.ThreadFactory;

/**
 * Threads that do not keep the application running.
 */
public final class DaemonThreads {

	private DaemonThreads() {
	}

	public static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

}
