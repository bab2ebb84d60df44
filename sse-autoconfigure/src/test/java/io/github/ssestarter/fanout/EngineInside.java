package io.github.ssestarter.fanout;

import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.fanout.stream.StreamContext;
import io.github.ssestarter.fanout.stream.Streams;
import io.github.ssestarter.history.EventHistory;

/**
 * Shows the inside of an engine to tests in other packages.
 */
public final class EngineInside {

	private EngineInside() {
	}

	/**
	 * Starts an engine without its threads.
	 */
	public static void prepare(SseEngine engine) {
		engine.prepare();
	}

	public static Shards shards(SseEngine engine) {
		return engine.shards();
	}

	public static StreamContext context(SseEngine engine) {
		return engine.context();
	}

	public static EventHistory history(SseEngine engine) {
		return engine.history();
	}

	public static Streams streams(SseEngine engine) {
		return engine.streams();
	}

	public static ClusterRegistry registry(SseEngine engine) {
		return engine.registry();
	}

	public static TopicCounts topics(SseEngine engine) {
		return engine.topics();
	}

}
