package io.github.ssestarter.fanout.transport;

import io.github.ssestarter.SseCloseReason;

/**
 * What a {@link Transport} tells its connection. Called on container threads; returns at
 * once and never writes.
 *
 * @since 0.1.0
 */
public interface TransportListener {

	/**
	 * The transport can be written to.
	 */
	void ready();

	/**
	 * The connection has ended.
	 * @param reason why
	 */
	void ended(SseCloseReason reason);

	/**
	 * The connection has ended: the client has gone.
	 */
	default void gone() {
		ended(SseCloseReason.CLIENT_GONE);
	}

	/**
	 * The connection ends without its client's doing: what is in the way of its writes,
	 * on this side, does not let them pass.
	 */
	default void failed() {
		ended(SseCloseReason.FAILED);
	}

}
