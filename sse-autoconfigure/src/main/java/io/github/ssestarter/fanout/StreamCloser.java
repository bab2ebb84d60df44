package io.github.ssestarter.fanout;

import java.util.function.Predicate;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.backplane.Message;

/**
 * Closes streams by force, and interrupts the methods that do not see it. Never waits.
 *
 * @since 0.1.0
 */
public final class StreamCloser {

	private static final byte[] NOTHING = {};

	private final SseEngine engine;

	StreamCloser(SseEngine engine) {
		this.engine = engine;
	}

	/**
	 * Closes the streams that were opened by some requests.
	 * @param which those
	 * @param reason why
	 */
	public void closeIf(Predicate<StreamRequest> which, SseCloseReason reason) {
		for (RegisteredStream stream : this.engine.streams().all()) {
			if (which.test(stream.request())) {
				close(stream, reason);
			}
		}
	}

	/**
	 * Closes the streams of a session.
	 * @param session the session's id
	 * @param reason why
	 */
	public void closeSession(String session, SseCloseReason reason) {
		this.engine.streams().sessions().of(session).forEach((stream) -> close(stream, reason));
	}

	/**
	 * A session has got another id, as it does when its user logs in.
	 * @param before the id that it had
	 * @param now the id that it has
	 */
	public void sessionRenamed(String before, String now) {
		this.engine.streams().sessions().rename(before, now);
	}

	/**
	 * Closes the streams of an audience.
	 */
	void close(Message.Close order, long position) {
		for (RegisteredStream stream : this.engine.streams().all()) {
			if (stream.subscriber().isClosedBy(order.audience())) {
				close(stream, SseCloseReason.CLOSED, order.farewell(), position);
			}
		}
	}

	/**
	 * Closes a stream. A client of one that has failed is told when to come back, since
	 * many may fail at once.
	 */
	void close(RegisteredStream stream, SseCloseReason reason) {
		byte[] farewell = (reason == SseCloseReason.FAILED) ? this.engine.comeBackElsewhere() : NOTHING;
		close(stream, reason, farewell, Connection.AT_ONCE);
	}

	private void close(RegisteredStream stream, SseCloseReason reason, byte[] farewell, long position) {
		stream.close(reason, farewell, position);
		if (stream.isAttached()) {
			this.engine.attachedWatch().interruptLater(stream);
		}
	}

}
