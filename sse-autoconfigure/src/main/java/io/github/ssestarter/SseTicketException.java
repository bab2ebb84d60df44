package io.github.ssestarter;

import java.time.Duration;

/**
 * There is no room for one more ticket, of the user or of all. A request that fails with
 * it is answered 429, with {@code Retry-After} and a {@code ProblemDetail}, unless the
 * application has an {@code @ExceptionHandler} for it.
 *
 * @since 0.1.0
 */
public class SseTicketException extends IllegalStateException {

	private final Duration retryAfter;

	/**
	 * Creates it.
	 * @param message what there is no room for
	 * @param retryAfter after what time there may be room
	 */
	public SseTicketException(String message, Duration retryAfter) {
		super(message);
		this.retryAfter = retryAfter;
	}

	public Duration getRetryAfter() {
		return this.retryAfter;
	}

}
