package io.github.ssestarter;

/**
 * What was to be a topic, or one more topic of a stream, is none, or is too much. Topics
 * are often made of what a request says, so a request that fails with it before its
 * stream is committed is answered 400, with a {@code ProblemDetail}, unless the
 * application has an {@code @ExceptionHandler} for it.
 *
 * @since 0.1.0
 */
public class SseTopicException extends IllegalArgumentException {

	public SseTopicException(String message) {
		super(message);
	}

}
