package io.github.ssestarter;

/**
 * The failure of {@link SseBroadcaster#publish}: the event was not accepted, and nobody
 * receives it.
 *
 * @since 0.1.0
 */
public class SsePublishException extends RuntimeException {

	public SsePublishException(String message) {
		super(message);
	}

	public SsePublishException(String message, Throwable cause) {
		super(message, cause);
	}

}
