package io.github.ssestarter.fanout.stream;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.fanout.notice.Limit;

/**
 * There is no room for a stream now; there may be later. Thrown where a request asks for
 * its stream, and to who sends the first byte of one while its method runs: that stream
 * has ended.
 *
 * @since 0.1.0
 */
public final class NoRoomException extends SseClosedException {

	private final Limit limit;

	NoRoomException(Limit limit, String message) {
		super(SseCloseReason.FAILED, message);
		this.limit = limit;
	}

	/**
	 * What there is no room for.
	 * @return the limit that is reached
	 */
	public Limit getLimit() {
		return this.limit;
	}

}
