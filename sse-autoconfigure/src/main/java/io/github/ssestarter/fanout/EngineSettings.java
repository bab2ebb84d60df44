package io.github.ssestarter.fanout;

import java.time.Duration;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.ShardSettings;
import io.github.ssestarter.fanout.stream.StreamSettings;

/**
 * How the engine is set.
 *
 * @param threads how many shards there are, {@code sse.engine.threads}
 * @param publish how events are published, {@code sse.publish}
 * @param names the names of the engine's own events, {@code sse.event}
 * @param heartbeatMode what a heartbeat is, {@code sse.heartbeat.mode}
 * @param shard how connections are written to
 * @param stream how streams are let in, kept and ended
 * @param keepCompletions how long it is known that a topic is complete,
 * {@code sse.runs.keep}
 * @since 0.1.0
 */
public record EngineSettings(int threads, Publish publish, Frames.Names names, Frames.HeartbeatMode heartbeatMode,
		ShardSettings shard, StreamSettings stream, Duration keepCompletions) {

	/**
	 * How events are published.
	 *
	 * @param timeout how long to wait for the engine
	 * @param widestAudience what a wider one is refused than
	 */
	public record Publish(Duration timeout, SseAudience.Kind widestAudience) {
	}

}
