package io.github.ssestarter.autoconfigure;

import org.springframework.context.SmartLifecycle;

/**
 * Does something with the engine as the application starts, and something as it stops.
 */
final class EngineLifecycle implements SmartLifecycle {

	/** Before the web server accepts, and after it: that is in DEFAULT_PHASE - 2048. */
	static final int AROUND_WEB_SERVER = DEFAULT_PHASE - 3072;

	/**
	 * Before the web server's graceful shutdown, which would wait for streams: that is in
	 * DEFAULT_PHASE - 1024, and a higher phase stops earlier.
	 */
	static final int BEFORE_GRACEFUL_SHUTDOWN = DEFAULT_PHASE - 512;

	/** Before those that end with streams: what they are still to hear. */
	static final int BEFORE_STREAMS_END = BEFORE_GRACEFUL_SHUTDOWN + 1;

	private final int phase;

	private final Runnable start;

	private final Runnable stop;

	private volatile boolean isRunning;

	EngineLifecycle(int phase, Runnable start, Runnable stop) {
		this.phase = phase;
		this.start = start;
		this.stop = stop;
	}

	@Override
	public void start() {
		this.start.run();
		this.isRunning = true;
	}

	@Override
	public void stop() {
		this.isRunning = false;
		this.stop.run();
	}

	@Override
	public boolean isRunning() {
		return this.isRunning;
	}

	@Override
	public int getPhase() {
		return this.phase;
	}

}
