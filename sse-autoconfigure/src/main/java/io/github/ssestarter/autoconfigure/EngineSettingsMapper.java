package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.servlet.SseRequest;

/**
 * Turns the properties into the engine's settings, and refuses wrong ones.
 */
final class EngineSettingsMapper {

	private static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

	private static final Duration MAX_RECHECK = Duration.ofDays(1);

	private static final Duration MAX_RETRY = Duration.ofDays(1);

	private static final int MAX_EVENTS = 10_000_000;

	private static final int MAX_THREADS = 64;

	private EngineSettingsMapper() {
	}

	static EngineSettings settings(SseProperties properties, int requestThreads) {
		StreamSettings.Shutdown shutdown = shutdown(properties.getShutdown());
		ShardSettings shard = shard(properties.getStream(), shutdown.timeout(), properties.getEnd().getComeBack());
		return new EngineSettings(threads(properties.getEngine().getThreads()),
				new EngineSettings.Publish(
						PropertyChecks.positive("sse.publish.timeout", properties.getPublish().getTimeout()),
						properties.getPublish().getWidestAudience()),
				names(properties.getEvent()), properties.getHeartbeat().getMode(), shard,
				new StreamSettings(
						new StreamOptions(
								heartbeatInterval("sse.heartbeat.interval", properties.getHeartbeat().getInterval()),
								retry("sse.retry", properties.getRetry())),
						properties.getClientId().getOnDuplicate(), topics(properties.getLimits()),
						PropertyChecks.positive("sse.limits.max-last-event-id-length",
								properties.getLimits().getMaxLastEventIdLength()),
						room(properties.getLimits(), requestThreads), shutdown, properties.getStream().getInterrupt(),
						PropertyChecks.zeroTo("sse.security.recheck-interval",
								properties.getSecurity().getRecheckInterval(), MAX_RECHECK),
						PropertyChecks.zeroTo("sse.security.session-check", properties.getSecurity().getSessionCheck(),
								MAX_RECHECK),
						shard.writeTimeout()));
	}

	static Duration heartbeatInterval(String name, Duration interval) {
		return PropertyChecks.zeroTo(name, interval, MAX_HEARTBEAT);
	}

	static SseRequest.HeartbeatBounds heartbeatBounds(SseProperties.Heartbeat heartbeat) {
		Duration min = PropertyChecks.positive("sse.heartbeat.min-interval", heartbeat.getMinInterval());
		Duration max = PropertyChecks.positive("sse.heartbeat.max-interval", heartbeat.getMaxInterval());
		if (max.compareTo(min) < 0) {
			throw PropertyChecks.invalid("sse.heartbeat.max-interval", max,
					"at least 'sse.heartbeat.min-interval', which is " + min.toMillis() + "ms");
		}
		return new SseRequest.HeartbeatBounds(min, max);
	}

	static Duration retry(String name, Duration retry) {
		return PropertyChecks.zeroTo(name, retry, MAX_RETRY);
	}

	static EventHistory.Limits historyLimits(SseProperties properties) {
		SseProperties.History history = properties.getHistory();
		int maxEvents = PropertyChecks.between("sse.history.max-events", history.getMaxEvents(), 1, MAX_EVENTS);
		long maxBytes = history.getMaxSize().toBytes();
		if (maxBytes < 2 * properties.getEvent().getMaxSize().toBytes()) {
			throw PropertyChecks.invalid("sse.history.max-size", history.getMaxSize(),
					"at least twice 'sse.event.max-size', which is " + properties.getEvent().getMaxSize().toBytes()
							+ "B");
		}
		return new EventHistory.Limits(maxEvents, maxBytes,
				PropertyChecks.positive("sse.history.max-age", history.getMaxAge()));
	}

	private static int threads(@Nullable Integer threads) {
		return (threads != null) ? PropertyChecks.between("sse.engine.threads", threads, 1, MAX_THREADS)
				: Math.min(4, Runtime.getRuntime().availableProcessors());
	}

	private static ShardSettings shard(SseProperties.Stream stream, Duration endTimeout, ComeBack comeBack) {
		PropertyChecks.bytes("sse.stream.send-buffer", stream.getSendBuffer());
		Duration maxLifetime = stream.getMaxLifetime();
		if (maxLifetime != null) {
			PropertyChecks.positive("sse.stream.max-lifetime", maxLifetime);
		}
		return new ShardSettings(PropertyChecks.bytes("sse.stream.buffer-size", stream.getBufferSize()),
				PropertyChecks.positive("sse.stream.write-timeout", stream.getWriteTimeout()), maxLifetime,
				stream.getOnLag(), endTimeout, comeBack);
	}

	private static StreamSettings.Shutdown shutdown(SseProperties.Shutdown shutdown) {
		Duration min = PropertyChecks.zeroTo("sse.shutdown.min-retry", shutdown.getMinRetry(), MAX_RETRY);
		Duration max = PropertyChecks.zeroTo("sse.shutdown.max-retry", shutdown.getMaxRetry(), MAX_RETRY);
		if (max.compareTo(min) < 0) {
			throw PropertyChecks.invalid("sse.shutdown.max-retry", max,
					"at least 'sse.shutdown.min-retry', which is " + min.toMillis() + "ms");
		}
		return new StreamSettings.Shutdown(PropertyChecks.positive("sse.shutdown.timeout", shutdown.getTimeout()), min,
				max);
	}

	private static Frames.Names names(SseProperties.Event event) {
		return new Frames.Names(nameOrNone("sse.event.connected-name", event.getConnectedName()),
				PropertyChecks.eventName("sse.event.gap-name", event.getGapName()),
				PropertyChecks.eventName("sse.event.heartbeat-name", event.getHeartbeatName()),
				nameOrNone("sse.event.close-name", event.getCloseName()));
	}

	private static @Nullable String nameOrNone(String property, @Nullable String name) {
		return (StringUtils.hasLength(name)) ? PropertyChecks.eventName(property, name) : null;
	}

	static TopicLimits topics(SseProperties.Limits limits) {
		return new TopicLimits(
				PropertyChecks.positive("sse.limits.max-topics-per-stream", limits.getMaxTopicsPerStream()),
				PropertyChecks.positive("sse.limits.max-topic-length", limits.getMaxTopicLength()));
	}

	private static StreamSettings.Room room(SseProperties.Limits limits, int requestThreads) {
		return new StreamSettings.Room(
				limit("sse.limits.max-attached", limits.getMaxAttached(), Math.max(1, requestThreads / 2)),
				limit("sse.limits.max-streams", limits.getMaxStreams(), Integer.MAX_VALUE),
				limit("sse.limits.max-streams-per-user", limits.getMaxStreamsPerUser(), Integer.MAX_VALUE),
				limit("sse.limits.max-streams-per-address", limits.getMaxStreamsPerAddress(), Integer.MAX_VALUE),
				limit("sse.limits.max-connects-per-second", limits.getMaxConnectsPerSecond(), Integer.MAX_VALUE),
				limit("sse.limits.max-streams-in-cluster", limits.getMaxStreamsInCluster(), Integer.MAX_VALUE));
	}

	private static int limit(String name, @Nullable Integer value, int unlessSet) {
		return (value != null) ? PropertyChecks.positive(name, value) : unlessSet;
	}

}
