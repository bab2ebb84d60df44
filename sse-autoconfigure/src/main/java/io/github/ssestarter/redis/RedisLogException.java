package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * A command could not be used.
 */
abstract sealed class RedisLogException extends RuntimeException permits RedisErrorException, RedisLostException {

	RedisLogException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
