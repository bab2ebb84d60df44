package io.github.ssestarter.fanout.shard;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * How and why a stream ends: decided once, by whoever comes first.
 *
 * @param reason why
 * @param farewell what the application has the client told, before the event of
 * {@code sse.event.close-name}
 * @param retry after which time the client is to come back, {@code null} for the stream's
 * own
 * @param position the position of the log up to which a stream is still served, if it can
 * be written to; {@link #AT_ONCE} for none
 * @param waits whether all that waits is sent before, however long the client takes
 */
public record End(SseCloseReason reason, byte[] farewell, @Nullable Duration retry, long position, boolean waits) {

	/** Not at a position of the log. */
	public static final long AT_ONCE = -1;

	private static final byte[] NOTHING = {};

	/**
	 * The end at once.
	 */
	public static End of(SseCloseReason reason) {
		return new End(reason, NOTHING, null, AT_ONCE, false);
	}

	/**
	 * The end at once, of a stream whose client is to come back.
	 * @param retry after which time
	 */
	public static End comeBack(SseCloseReason reason, Duration retry) {
		return new End(reason, NOTHING, retry, AT_ONCE, false);
	}

	/**
	 * The end after all that was sent before, however long its client takes.
	 * @param position what was published up to here comes before as well
	 */
	public static End afterAll(SseCloseReason reason, long position) {
		return new End(reason, NOTHING, null, position, true);
	}

}
