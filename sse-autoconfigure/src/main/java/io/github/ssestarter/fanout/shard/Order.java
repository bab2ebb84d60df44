package io.github.ssestarter.fanout.shard;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.Message;

/**
 * An order to close, at its moment of the log.
 *
 * @param message whom it closes, and what they are told
 * @param time when it was given, see {@link io.github.ssestarter.history.LogTime}
 * @param position the position of the log at that time
 */
public record Order(Message.Close message, long time, long position) {

	/**
	 * Whose streams it closes.
	 */
	public SseAudience audience() {
		return this.message.audience();
	}

	/**
	 * Whether it closes every stream, joined or not.
	 */
	boolean isForEveryone() {
		return audience().keys().iterator().next().kind() == SseAudience.Kind.EVERYONE;
	}

	/**
	 * How they end.
	 */
	public End end() {
		return new End(SseCloseReason.CLOSED, this.message.farewell(), null, this.position, false);
	}

}
