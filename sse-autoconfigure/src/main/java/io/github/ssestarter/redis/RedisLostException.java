package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis has not answered: the command may have been carried out, or will be.
 */
final class RedisLostException extends RedisLogException {

	RedisLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
