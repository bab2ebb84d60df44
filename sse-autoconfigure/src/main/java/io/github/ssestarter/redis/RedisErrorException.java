package io.github.ssestarter.redis;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Redis has answered with an error: the command was not carried out.
 */
final class RedisErrorException extends RedisLogException {

	/** What the script answers, and Redis 7 puts {@code ERR} before it. */
	static final String NEW_LOG = "GENERATION";

	/** What the script answers to a publisher that has raised its epoch since. */
	static final String FENCED = "FENCED";

	private static final Set<String> REFUSALS = Set.of(NEW_LOG, FENCED, "OOM ", "READONLY ", "NOREPLICAS ", "NOPERM ",
			"NOAUTH ", "LOADING ", "MASTERDOWN ", "MISCONF ", "BUSY ", "CLUSTERDOWN ");

	private static final Set<String> WRONG_SERVER = Set.of("READONLY ", "LOADING ", "MASTERDOWN ", "NOAUTH ",
			"UNBLOCKED ");

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
	 * Whether it is sure that nothing was carried out: what our scripts answer before
	 * they write, and what Redis does before it begins. Errors of commands in a script
	 * come with other codes.
	 */
	boolean isRefusal() {
		return REFUSALS.stream().anyMatch(this::has);
	}

	/**
	 * Whether another connection may reach a server that does better: this one is not, or
	 * not yet, the master that it was taken for.
	 */
	boolean isOfWrongServer() {
		return WRONG_SERVER.stream().anyMatch(this::has);
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
