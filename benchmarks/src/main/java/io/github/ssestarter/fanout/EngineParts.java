package io.github.ssestarter.fanout;

import io.github.ssestarter.fanout.shard.Shards;

/**
 * Shows the inside of an engine to the microbenchmarks of its parts.
 */
public final class EngineParts {

	private EngineParts() {
	}

	/**
	 * Starts an engine without its threads.
	 * @param engine the engine
	 */
	public static void prepare(SseEngine engine) {
		engine.prepare();
	}

	/**
	 * The shards of an engine.
	 * @param engine the engine
	 * @return its shards
	 */
	public static Shards shards(SseEngine engine) {
		return engine.shards();
	}

}
