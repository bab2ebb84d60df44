package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis has answered with an error: the command was not carried out.
 */
final class RedisErrorException extends RedisLogException {

	/** What the script answers, and Redis 7 puts {@code ERR} before it. */
	static final String NEW_LOG = "GENERATION";

	RedisErrorException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Whether the log is another one than the one that was written to.
	 */
	boolean isNewLog() {
		return has(NEW_LOG);
	}

	/**
	 * Whether scripts are forbidden.
	 */
	boolean isForbidden() {
		return has("NOPERM") || has("unknown command");
	}

	private boolean has(String code) {
		String message = String.valueOf(getMessage());
		return message.startsWith(code) || message.startsWith("ERR " + code);
	}

}
