package io.github.ssestarter.fanout.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

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

	private final transient @Nullable Duration knownWithin;

	NoRoomException(Limit limit, String message) {
		this(limit, message, null);
	}

	NoRoomException(Limit limit, String message, @Nullable Duration knownWithin) {
		super(SseCloseReason.FAILED, message);
		this.limit = limit;
		this.knownWithin = knownWithin;
	}

	/**
	 * What there is no room for.
	 * @return the limit that is reached
	 */
	public Limit getLimit() {
		return this.limit;
	}

	/**
	 * After how long it is worth to ask again, since it is known then whether those who
	 * take the room are still there.
	 * @return the time, {@code null} if nothing is being found out
	 */
	public @Nullable Duration getKnownWithin() {
		return this.knownWithin;
	}

}
