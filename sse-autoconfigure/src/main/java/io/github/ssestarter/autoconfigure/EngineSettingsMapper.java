package io.github.ssestarter.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import io.github.ssestarter.fanout.EngineSettings;
import io.github.ssestarter.fanout.hearing.TopicLimits;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.shard.ShardSettings.ComeBack;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryWindow;
import io.github.ssestarter.history.TopicPatterns;
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
						shard.writeTimeout()),
				PropertyChecks.positive("sse.runs.keep", properties.getRuns().getKeep()));
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
		return historyLimits("sse.history.", history.getMaxEvents(), history.getMaxSize(), history.getMaxAge(),
				properties.getEvent().getMaxSize());
	}

	private static EventHistory.Limits historyLimits(String prefix, int maxEvents, DataSize maxSize, Duration maxAge,
			DataSize maxEventSize) {
		if (maxSize.toBytes() < 2 * maxEventSize.toBytes()) {
			throw PropertyChecks.invalid(prefix + "max-size", maxSize,
					"at least twice 'sse.event.max-size', which is " + maxEventSize.toBytes() + "B");
		}
		return new EventHistory.Limits(PropertyChecks.between(prefix + "max-events", maxEvents, 1, MAX_EVENTS),
				maxSize.toBytes(), PropertyChecks.positive(prefix + "max-age", maxAge));
	}

	/**
	 * The windows of the history beside the one for all else.
	 */
	static List<HistoryWindow> historyWindows(SseProperties properties) {
		List<HistoryWindow> windows = new ArrayList<>();
		for (SseProperties.HistoryWindow window : properties.getHistory().getWindows()) {
			windows.add(historyWindow("sse.history.windows[" + windows.size() + "].", window, properties));
		}
		return windows;
	}

	private static HistoryWindow historyWindow(String prefix, SseProperties.HistoryWindow window,
			SseProperties properties) {
		SseProperties.History history = properties.getHistory();
		boolean isLatestKept = window.getKeep() == SseProperties.Keep.LATEST;
		if (isLatestKept && window.getMaxAge() != null) {
			throw PropertyChecks.invalid(prefix + "max-age", window.getMaxAge(),
					"nothing: with 'keep: latest' the newest event of each topic stays, whatever its age");
		}
		return new HistoryWindow(topics(prefix + "topics", window.getTopics()),
				historyLimits(prefix, orElse(window.getMaxEvents(), history.getMaxEvents()),
						orElse(window.getMaxSize(), history.getMaxSize()),
						orElse(window.getMaxAge(), history.getMaxAge()), properties.getEvent().getMaxSize()),
				isLatestKept);
	}

	private static Predicate<String> topics(String name, @Nullable String pattern) {
		if (!StringUtils.hasLength(pattern)) {
			throw PropertyChecks.invalid(name, null, "a topic, or a pattern of topics such as 'run/**'");
		}
		try {
			return TopicPatterns.matcher(pattern);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyChecks.invalid(name, pattern,
					"a topic, or a pattern of topics such as 'run/**' (" + ex.getMessage() + ")");
		}
	}

	private static <T> T orElse(@Nullable T value, T inherited) {
		return (value != null) ? value : inherited;
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
