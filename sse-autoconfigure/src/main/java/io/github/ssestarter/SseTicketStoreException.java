package io.github.ssestarter;

/**
 * Tickets cannot be kept, or looked up, now: what all nodes keep them in is away. A
 * request that fails with it is answered 503 with a {@code ProblemDetail}, unless the
 * application has an {@code @ExceptionHandler} for it.
 *
 * @since 0.1.0
 */
public class SseTicketStoreException extends IllegalStateException {

	/**
	 * Creates it.
	 * @param message what could not be done, and why
	 * @param cause why
	 */
	public SseTicketStoreException(String message, Throwable cause) {
		super(message, cause);
	}

}
