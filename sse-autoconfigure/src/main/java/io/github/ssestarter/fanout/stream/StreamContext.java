package io.github.ssestarter.fanout.stream;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.fanout.hearing.Completions;
import io.github.ssestarter.fanout.hearing.TopicCounts;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.shard.Frames;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.EventHistory;

/**
 * What all streams of an engine share.
 *
 * @param settings how they are kept
 * @param environment the application around them
 * @param formatter formats what is sent to one of them
 * @param frames the engine's own frames
 * @param history the log that they hear
 * @param backplane what brings the log
 * @param shards what writes to them once they are detached
 * @param topics counts what they have joined
 * @param completions the topics to which nothing more comes
 * @param listener is told what happens to them
 * @param faults is told what goes wrong
 */
public record StreamContext(StreamSettings settings, EngineEnvironment environment, SseEventFormatter formatter,
		Frames frames, EventHistory history, Backplane backplane, Shards shards, TopicCounts topics,
		Completions completions, EngineListener listener, FaultLog faults) {

	long nanoTime() {
		return this.environment.nanoTime().getAsLong();
	}

}
