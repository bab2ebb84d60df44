package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Records by commands of Lettuce.
 */
final class LettuceRecords implements RedisRecords {

	/** So many commands wait for Redis. */
	private static final int MAX_WAITING = 10_000;

	/** So soon after a failure to connect it is not tried again. */
	private static final Duration RETRY = Duration.ofMillis(200);

	private final Supplier<CompletableFuture<LettuceConnection>> connector;

	private final String prefix;

	private final LongSupplier nanoTime;

	private final Semaphore room = new Semaphore(MAX_WAITING);

	@GuardedBy("this")
	private @Nullable CompletableFuture<LettuceConnection> connection;

	@GuardedBy("this")
	private @Nullable RedisLogException lastFailure;

	@GuardedBy("this")
	private long failedAt;

	@GuardedBy("this")
	private boolean isClosed;

	/**
	 * Connects with the first command.
	 * @param connector makes connections, for a bounded time
	 * @param key the key of the log
	 */
	LettuceRecords(Supplier<CompletableFuture<LettuceConnection>> connector, String key, LongSupplier nanoTime) {
		this.connector = connector;
		this.prefix = key + ":";
		this.nanoTime = nanoTime;
	}

	@Override
	public CompletableFuture<List<@Nullable Object>> run(String script, List<String> names, List<byte[]> arguments) {
		byte[][] keys = names.stream().map(this::key).toArray(byte[][]::new);
		return call((commands) -> new ScriptRunner(commands).run(script, ScriptOutputType.MULTI, keys,
				arguments.toArray(byte[][]::new)));
	}

	@Override
	public CompletableFuture<Boolean> setIfAbsent(String name, byte[] value, Duration expiry) {
		return call((commands) -> commands.set(key(name), value, SetArgs.Builder.nx().px(expiry)))
			.thenApply("OK"::equals);
	}

	@Override
	public CompletableFuture<byte @Nullable []> take(String name) {
		return call((commands) -> commands.getdel(key(name)));
	}

	@Override
	public CompletableFuture<byte @Nullable []> field(String name, String field) {
		return call((commands) -> commands.hget(key(name), LogKeys.bytes(field)));
	}

	private byte[] key(String name) {
		return LogKeys.bytes(this.prefix + name);
	}

	private <T> CompletableFuture<T> call(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
		if (!this.room.tryAcquire()) {
			return CompletableFuture.failedFuture(
					new RedisLostException("More than " + MAX_WAITING + " commands wait for Redis to answer", null));
		}
		CompletableFuture<LettuceConnection> connection;
		try {
			connection = connection();
		}
		catch (RedisLogException ex) {
			this.room.release();
			return CompletableFuture.failedFuture(ex);
		}
		return connection.thenCompose((open) -> command.apply(open.commands())).handle((answer, failure) -> {
			this.room.release();
			if (failure != null) {
				throw new CompletionException(failed(connection, failure));
			}
			return answer;
		});
	}

	private synchronized CompletableFuture<LettuceConnection> connection() {
		if (this.isClosed) {
			throw new RedisLostException("The connection to Redis is closed: the application is stopping", null);
		}
		CompletableFuture<LettuceConnection> present = this.connection;
		if (present != null) {
			return present;
		}
		RedisLogException lastFailure = this.lastFailure;
		if (lastFailure != null && this.nanoTime.getAsLong() - this.failedAt < RETRY.toNanos()) {
			throw new RedisLostException(String.valueOf(lastFailure.getMessage()), lastFailure);
		}
		CompletableFuture<LettuceConnection> made = this.connector.get();
		this.connection = made;
		return made;
	}

	/**
	 * A command has failed. What Redis answers says nothing against the connection, on
	 * which others wait for what they have asked.
	 */
	private RedisLogException failed(CompletableFuture<LettuceConnection> connection, Throwable thrown) {
		RedisLogException failure = Replies.failure(thrown);
		if (failure instanceof RedisErrorException error && !error.isOfWrongServer()
				&& !connection.isCompletedExceptionally()) {
			return failure;
		}
		synchronized (this) {
			if (this.connection == connection) {
				this.connection = null;
				this.lastFailure = (connection.isCompletedExceptionally()) ? failure : null;
				this.failedAt = this.nanoTime.getAsLong();
			}
		}
		connection.thenAccept(LettuceConnection::close);
		return failure;
	}

	@Override
	public void close() {
		CompletableFuture<LettuceConnection> last;
		synchronized (this) {
			this.isClosed = true;
			last = this.connection;
			this.connection = null;
		}
		if (last != null) {
			last.thenAccept(LettuceConnection::close);
		}
	}

}
