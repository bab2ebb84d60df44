package io.github.ssestarter.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.ssestarter.fanout.SseEngine;

/**
 * The meters of an engine, whose names begin with {@code sse.}. Their tags have few
 * values: never a topic, a user or a client.
 *
 * @since 0.1.0
 */
public final class SseMetrics implements MeterBinder, AutoCloseable {

	private final SseEngine engine;

	private final Map<MeterRegistry, EngineMeters> bound = new ConcurrentHashMap<>();

	/**
	 * Makes the meters of an engine.
	 * @param engine the engine
	 */
	public SseMetrics(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.computeIfAbsent(registry, (key) -> {
			EngineMeters meters = new EngineMeters(registry, this.engine);
			this.engine.addListener(meters);
			return meters;
		});
	}

	/**
	 * Removes the meters: a registry may live longer than the engine.
	 */
	@Override
	public void close() {
		this.bound.values().forEach((meters) -> {
			this.engine.removeListener(meters);
			meters.remove();
		});
		this.bound.clear();
	}

}
