package io.github.ssestarter.autoconfigure;

import org.springframework.context.SmartLifecycle;

import io.github.ssestarter.fanout.SseEngine;

/**
 * Ends the streams before the web server's graceful shutdown, which would wait for them.
 */
final class SseDrainLifecycle implements SmartLifecycle {

	/** Graceful shutdown is in DEFAULT_PHASE - 1024, and a higher phase stops earlier. */
	private static final int PHASE = DEFAULT_PHASE - 512;

	private final SseEngine engine;

	private volatile boolean isRunning;

	SseDrainLifecycle(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void start() {
		this.isRunning = true;
	}

	@Override
	public void stop() {
		this.isRunning = false;
		this.engine.drain();
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
