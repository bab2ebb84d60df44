package io.github.ssestarter.fanout.hearing;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.EventId;

/**
 * Where and how a topic came to its end.
 *
 * @param reason what streams are told that hear no other
 * @param position the position of its last event in the log, or one after it
 * @param last the id of what was the last in the log before: whoever has come so far has
 * had all
 */
public record Completion(SseCloseReason reason, long position, EventId last) {

	/**
	 * What a client is told that has had all of it before: nothing more comes, however it
	 * ended.
	 * @return the same end
	 */
	public Completion hadBefore() {
		return new Completion(SseCloseReason.TOPIC_COMPLETED, this.position, this.last);
	}

}
