package io.github.ssestarter;

/**
 * There is no room for another run: {@code sse.runs.max} or {@code sse.runs.max-per-user}
 * are at work. Nothing was started.
 *
 * @since 0.1.0
 */
public class SseRunsFullException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message which limit is reached
	 */
	public SseRunsFullException(String message) {
		super(message);
	}

}
