package io.github.ssestarter.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Runs scripts by their digest, and sends those that Redis does not know yet.
 */
final class ScriptRunner {

	private final RedisClusterAsyncCommands<byte[], byte[]> commands;

	ScriptRunner(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		this.commands = commands;
	}

	<T> CompletableFuture<T> run(String script, ScriptOutputType type, byte[][] keys, byte[][] arguments) {
		return this.commands.<T>evalsha(this.commands.digest(script), type, keys, arguments)
			.toCompletableFuture()
			.exceptionallyCompose((failure) -> {
				Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
						? failure.getCause() : failure;
				return (cause instanceof RedisNoScriptException) ? this.commands.<T>eval(script, type, keys, arguments)
						: CompletableFuture.failedFuture(cause);
			});
	}

}
