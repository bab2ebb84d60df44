package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * What all nodes keep in Redis besides the log: small records under names of ours, each
 * of which is put behind the key of the log, as {@code {sse}:log:nodes}. By one
 * connection of its own for each node, whatever the number of clients. Nothing waits:
 * what is done with an answer is done by a thread of Lettuce, which must not be held up.
 * <p>
 * A future fails with a {@link RuntimeException} whose message says why: after
 * {@code sse.redis.timeout} without an answer, and at once if there is no connection and
 * it was tried just now to make one, or too many commands wait. A command that failed may
 * have been carried out all the same. After each failure the connection is closed, and
 * the next command makes another one.
 *
 * @since 0.1.0
 */
public interface RedisRecords extends AutoCloseable {

	/**
	 * Runs a script.
	 * @param script the script, which answers a list
	 * @param names the names of the records that it uses, in its order of keys
	 * @param arguments its arguments
	 * @return its answer: {@code byte[]}, {@link Long}, lists of these, or {@code null}
	 */
	CompletableFuture<List<@Nullable Object>> run(String script, List<String> names, List<byte[]> arguments);

	/**
	 * Keeps a record, unless there is one of this name.
	 * @param name the record's name
	 * @param value what it holds
	 * @param expiry after how long it goes by itself, at least a millisecond
	 * @return whether it was kept
	 */
	CompletableFuture<Boolean> setIfAbsent(String name, byte[] value, Duration expiry);

	/**
	 * Reads a record, and removes it: of all who ask for it, one gets it.
	 * @param name the record's name
	 * @return what it held, {@code null} if there is none
	 */
	CompletableFuture<byte @Nullable []> take(String name);

	/**
	 * Reads a field of a record that has some.
	 * @param name the record's name
	 * @param field the field
	 * @return what it holds, {@code null} if there is none
	 */
	CompletableFuture<byte @Nullable []> field(String name, String field);

	/**
	 * Closes the connection: what waits fails, and whatever comes.
	 */
	@Override
	void close();

}
