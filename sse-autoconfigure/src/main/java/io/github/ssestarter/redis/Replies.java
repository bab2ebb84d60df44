package io.github.ssestarter.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what Redis answers, and reads it.
 */
final class Replies {

	private static final Pattern NUMERIC = Pattern.compile("\\d{1,18}");

	static final String PUBLISHER = "p";

	static final String NUMBER = "n";

	static final String BODY = "b";

	static final String BEGINNING = "g";

	private final Duration timeout;

	Replies(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Waits for a reply.
	 * @throws RedisErrorException if Redis answers with an error
	 * @throws RedisLostException if it does not answer in time, or the connection ends
	 */
	<T> T await(Future<T> reply) {
		try {
			return reply.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
		catch (TimeoutException ex) {
			throw new RedisLostException("Redis has not answered for " + this.timeout.toMillis() + "ms", ex);
		}
		catch (CancellationException ex) {
			throw new RedisLostException("The connection to Redis was closed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisLostException("Interrupted", ex);
		}
	}

	/**
	 * What a reply has failed with.
	 */
	static RedisLogException failure(Throwable thrown) {
		Throwable cause = thrown;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		if (cause instanceof RedisLogException known) {
			return known;
		}
		return (cause instanceof RedisCommandExecutionException)
				? new RedisErrorException(String.valueOf(cause.getMessage()), cause) : new RedisLostException(
						String.valueOf((cause.getMessage() != null) ? cause.getMessage() : cause), cause);
	}

	static String text(@Nullable Object bytes) {
		return (bytes instanceof byte[] text) ? new String(text, StandardCharsets.UTF_8) : String.valueOf(bytes);
	}

	/**
	 * What follows a name in a list of names and values.
	 */
	static @Nullable Object field(List<?> fields, String name) {
		for (int i = 0; i + 1 < fields.size(); i += 2) {
			if (name.equals(text(fields.get(i)))) {
				return fields.get(i + 1);
			}
		}
		return null;
	}

	static LogEntry entry(StreamMessage<byte[], byte[]> message) {
		LogId id = LogId.parse(message.getId());
		Map<byte[], byte[]> fields = message.getBody();
		byte[] body = value(fields, BODY);
		byte[] publisher = value(fields, PUBLISHER);
		byte[] number = value(fields, NUMBER);
		if (body != null && publisher != null && number != null && NUMERIC.matcher(text(number)).matches()) {
			return LogEntry.message(id, new LogEntry.Origin(text(publisher), Long.parseLong(text(number))), body);
		}
		byte[] generation = value(fields, BEGINNING);
		return (generation != null) ? LogEntry.beginning(id, text(generation)) : LogEntry.unknown(id);
	}

	private static byte @Nullable [] value(@Nullable Map<byte[], byte[]> fields, String name) {
		if (fields == null) {
			return null;
		}
		byte[] key = LogKeys.bytes(name);
		for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
			if (Arrays.equals(field.getKey(), key)) {
				return field.getValue();
			}
		}
		return null;
	}

}
