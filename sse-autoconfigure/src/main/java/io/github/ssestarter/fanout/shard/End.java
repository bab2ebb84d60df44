package io.github.ssestarter.fanout.shard;

import io.github.ssestarter.SseCloseReason;

/**
 * How and why a stream ends: decided once, by whoever comes first.
 *
 * @param reason why
 * @param farewell the last bytes, before the event of {@code sse.event.close-name}
 * @param position the position of the log up to which a stream is still served, if it can
 * be written to; {@link #AT_ONCE} for none
 */
public record End(SseCloseReason reason, byte[] farewell, long position) {

	/** Not at a position of the log. */
	public static final long AT_ONCE = -1;

	private static final byte[] NOTHING = {};

	/**
	 * The end at once, without a farewell.
	 */
	public static End of(SseCloseReason reason) {
		return new End(reason, NOTHING, AT_ONCE);
	}

	/**
	 * The end after all that was sent before, however long its client takes.
	 * @param position what was published up to here comes before as well
	 */
	public static End complete(long position) {
		return new End(SseCloseReason.COMPLETED, NOTHING, position);
	}

	/**
	 * Whether all that waits is sent before.
	 */
	boolean waits() {
		return this.reason == SseCloseReason.COMPLETED;
	}

}
