package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.history.EventHistory;

/**
 * Turns the properties into the engine's settings, and refuses wrong ones.
 */
final class EngineSettingsMapper {

	private static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

	private static final int MAX_EVENTS = 10_000_000;

	private static final int MAX_THREADS = 64;

	private EngineSettingsMapper() {
	}

	static EngineSettings settings(SseProperties properties) {
		return new EngineSettings(threads(properties.getEngine().getThreads()),
				new EngineSettings.Publish(
						PropertyChecks.positive("sse.publish.timeout", properties.getPublish().getTimeout()),
						properties.getPublish().getWidestAudience()),
				stream(properties.getStream()),
				new EngineSettings.Heartbeat(
						heartbeatInterval("sse.heartbeat.interval", properties.getHeartbeat().getInterval()),
						properties.getHeartbeat().getMode()),
				names(properties.getEvent()), limits(properties.getLimits()),
				PropertyChecks.positive("sse.shutdown.timeout", properties.getShutdown().getTimeout()));
	}

	static Duration heartbeatInterval(String name, Duration interval) {
		return PropertyChecks.zeroTo(name, interval, MAX_HEARTBEAT);
	}

	static EventHistory.Limits historyLimits(SseProperties properties) {
		SseProperties.History history = properties.getHistory();
		int maxEvents = history.getMaxEvents();
		if (maxEvents < 1 || maxEvents > MAX_EVENTS) {
			throw PropertyChecks.invalid("sse.history.max-events", maxEvents,
					"It must be between 1 and " + MAX_EVENTS + ".");
		}
		long maxBytes = history.getMaxSize().toBytes();
		if (maxBytes < 2 * properties.getEvent().getMaxSize().toBytes()) {
			throw PropertyChecks.invalid("sse.history.max-size", history.getMaxSize(),
					"It must be at least twice sse.event.max-size (" + properties.getEvent().getMaxSize() + ").");
		}
		return new EventHistory.Limits(maxEvents, maxBytes,
				PropertyChecks.positive("sse.history.max-age", history.getMaxAge()));
	}

	private static int threads(@Nullable Integer threads) {
		if (threads == null) {
			return Math.min(4, Runtime.getRuntime().availableProcessors());
		}
		if (threads < 1 || threads > MAX_THREADS) {
			throw PropertyChecks.invalid("sse.engine.threads", threads, "It must be between 1 and " + MAX_THREADS
					+ "; leave it out to take the number of cores, at most 4.");
		}
		return threads;
	}

	private static EngineSettings.Stream stream(SseProperties.Stream stream) {
		Duration maxLifetime = stream.getMaxLifetime();
		if (maxLifetime != null) {
			PropertyChecks.positive("sse.stream.max-lifetime", maxLifetime);
		}
		return new EngineSettings.Stream(PropertyChecks.bytes("sse.stream.buffer-size", stream.getBufferSize()),
				PropertyChecks.positive("sse.stream.write-timeout", stream.getWriteTimeout()), maxLifetime,
				stream.getOnLag());
	}

	private static EngineSettings.Names names(SseProperties.Event event) {
		String closeName = event.getCloseName();
		return new EngineSettings.Names(PropertyChecks.eventName("sse.event.gap-name", event.getGapName()),
				PropertyChecks.eventName("sse.event.heartbeat-name", event.getHeartbeatName()),
				(closeName != null) ? PropertyChecks.eventName("sse.event.close-name", closeName) : null);
	}

	private static EngineSettings.Limits limits(SseProperties.Limits limits) {
		return new EngineSettings.Limits(
				PropertyChecks.positive("sse.limits.max-topics-per-stream", limits.getMaxTopicsPerStream()),
				PropertyChecks.positive("sse.limits.max-topic-length", limits.getMaxTopicLength()));
	}

}
