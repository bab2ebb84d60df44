package io.github.ssestarter.autoconfigure;

import org.springframework.context.SmartLifecycle;

import io.github.ssestarter.fanout.SseEngine;

/**
 * Starts the engine before the web server accepts, and stops it after the web server.
 */
final class SseEngineLifecycle implements SmartLifecycle {

	/** The web server starts and stops in DEFAULT_PHASE - 2048. */
	private static final int PHASE = DEFAULT_PHASE - 3072;

	private final SseEngine engine;

	private volatile boolean isRunning;

	SseEngineLifecycle(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void start() {
		this.engine.start();
		this.isRunning = true;
	}

	@Override
	public void stop() {
		this.isRunning = false;
		this.engine.stop();
	}

	@Override
	public boolean isRunning() {
		return this.isRunning;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
