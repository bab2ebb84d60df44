package io.github.ssestarter;

/**
 * Thrown to who asks for something of a client whose stream is on another node, or may
 * be, if that cannot be found out or the node does not answer in time: it may have died
 * just now, or Redis is away. What was asked for may have been done. Answered 503, with a
 * {@code ProblemDetail}, unless the application has an {@code @ExceptionHandler} for it.
 *
 * @since 0.1.0
 */
public class SseNodeException extends RuntimeException {

	public SseNodeException(String message) {
		super(message);
	}

	public SseNodeException(String message, Throwable cause) {
		super(message, cause);
	}

}
