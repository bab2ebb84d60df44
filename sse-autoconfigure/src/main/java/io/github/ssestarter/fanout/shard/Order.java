package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.hearing.Completion;
import io.github.ssestarter.fanout.hearing.Completions;
import io.github.ssestarter.fanout.hearing.Subscription;

/**
 * An order to end streams, at its moment of the log.
 *
 * @param audience whose streams end
 * @param end how they end
 * @param time when it was given, see {@link io.github.ssestarter.history.LogTime}
 * @param completions of which all that a stream hears has to be one, {@code null} if that
 * does not matter
 */
public record Order(SseAudience audience, End end, long time, @Nullable Completions completions) {

	/**
	 * The order to close streams.
	 * @param message whom it closes, and what they are told
	 * @param time when it was given
	 * @param position the position of the log at that time
	 */
	public Order(Message.Close message, long time, long position) {
		this(message.audience(), new End(SseCloseReason.CLOSED, message.farewell(), null, position, false), time, null);
	}

	/**
	 * Streams end that hear nothing any more, since a topic is complete.
	 * @param topic the topic
	 * @param completion how it ended
	 * @param time when that came
	 * @param completions what else is complete
	 */
	public Order(SseAudience topic, Completion completion, long time, Completions completions) {
		this(topic, End.afterAll(completion.reason(), completion.position()), time, completions);
	}

	/**
	 * Whether it closes every stream, joined or not.
	 */
	boolean isForEveryone() {
		return audience().keys().iterator().next().kind() == SseAudience.Kind.EVERYONE;
	}

	/**
	 * Whether it leaves a stream nothing to hear, or does not care.
	 */
	boolean concerns(Subscription subscription) {
		return this.completions == null || this.completions.ofAll(subscription) != null;
	}

}
