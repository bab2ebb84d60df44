package io.github.ssestarter.redis;

/**
 * Redis could not be used when the application started, and the application is not to
 * start without it.
 *
 * @since 0.1.0
 */
public final class RedisUnavailableException extends RuntimeException {

	/**
	 * Tells why.
	 * @param message what was tried
	 * @param cause why it failed
	 */
	public RedisUnavailableException(String message, Throwable cause) {
		super(message, cause);
	}

}
