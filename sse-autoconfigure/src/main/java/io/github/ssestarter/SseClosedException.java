package io.github.ssestarter;

/**
 * Thrown to who sends to a stream that has ended. A handler in a loop may let it pass: it
 * ends the method, is logged at DEBUG, and writes nothing to the client.
 *
 * @since 0.1.0
 */
public class SseClosedException extends RuntimeException {

	private final SseCloseReason reason;

	public SseClosedException(SseCloseReason reason, String message) {
		super(message);
		this.reason = reason;
	}

	public SseClosedException(SseCloseReason reason, String message, Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	/**
	 * Why the stream has ended.
	 * @return the reason
	 */
	public SseCloseReason getReason() {
		return this.reason;
	}

}
