package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XTrimArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The log by commands of Lettuce.
 */
final class LettuceLog implements RedisLog {

	private static final Log logger = LogFactory.getLog(LettuceLog.class);

	private final RedisClusterAsyncCommands<byte[], byte[]> commands;

	private final Replies replies;

	private final LogKeys keys;

	private final AtomicBoolean isPlain;

	private final Runnable close;

	private final AtomicBoolean isClosed = new AtomicBoolean();

	private final LogWriter scripted;

	private final LogWriter plain;

	/**
	 * Uses a connection.
	 * @param commands the connection's
	 * @param isPlain whether scripts are forbidden, for all connections
	 * @param close closes the connection
	 */
	LettuceLog(RedisClusterAsyncCommands<byte[], byte[]> commands, Replies replies, LogKeys keys, AtomicBoolean isPlain,
			Runnable close) {
		this.commands = commands;
		this.replies = replies;
		this.keys = keys;
		this.isPlain = isPlain;
		this.close = close;
		this.scripted = new ScriptedWriter(commands, replies, keys);
		this.plain = new PlainWriter(commands, replies, keys, this);
	}

	@Override
	public LogState state() {
		try {
			String generation = generation(this.replies.await(this.commands.xinfoGroups(this.keys.log())));
			List<Object> stream = this.replies.await(this.commands.xinfoStream(this.keys.log()));
			LogId last = LogId.parse(Replies.text(Replies.field(stream, "last-generated-id")));
			return new LogState(generation, last, first(Replies.field(stream, "first-entry")));
		}
		catch (RedisErrorException ex) {
			if (String.valueOf(ex.getMessage()).contains("no such key")) {
				return LogState.NONE;
			}
			throw ex;
		}
	}

	private static @Nullable String generation(List<Object> groups) {
		for (Object group : groups) {
			String name = Replies.text(Replies.field((List<?>) group, "name"));
			if (name.startsWith(Scripts.GROUP)) {
				return name.substring(Scripts.GROUP.length());
			}
		}
		return null;
	}

	private static @Nullable LogId first(@Nullable Object entry) {
		return (entry instanceof List<?> parts && !parts.isEmpty()) ? LogId.parse(Replies.text(parts.get(0))) : null;
	}

	@Override
	public List<LogEntry> range(LogId after, @Nullable LogId to, int count) {
		Range.Boundary<String> upper = (to != null) ? Range.Boundary.including(to.toString())
				: Range.Boundary.unbounded();
		return entries(this.replies.await(this.commands.xrange(this.keys.log(),
				Range.from(Range.Boundary.excluding(after.toString()), upper), Limit.from(count))));
	}

	@Override
	public List<LogEntry> reverse(@Nullable LogId before, int count) {
		Range.Boundary<String> upper = (before != null) ? Range.Boundary.excluding(before.toString())
				: Range.Boundary.unbounded();
		return entries(this.replies.await(this.commands.xrevrange(this.keys.log(),
				Range.from(Range.Boundary.unbounded(), upper), Limit.from(count))));
	}

	@Override
	public @Nullable LogEntry get(LogId id) {
		return found(this.commands.xrange(this.keys.log(), Range.create(id.toString(), id.toString())));
	}

	private @Nullable LogEntry found(RedisFuture<List<StreamMessage<byte[], byte[]>>> reply) {
		List<LogEntry> found = entries(this.replies.await(reply));
		return (found.isEmpty()) ? null : found.get(0);
	}

	/**
	 * The second command waits at Redis for the first, so that it costs next to nothing.
	 */
	@Override
	public Page read(LogId after, int count, Duration wait) {
		RedisFuture<List<StreamMessage<byte[], byte[]>>> entries = this.commands.xread(
				XReadArgs.Builder.block(wait).count(count),
				XReadArgs.StreamOffset.from(this.keys.log(), after.toString()));
		RedisFuture<List<StreamMessage<byte[], byte[]>>> before = this.commands.xrange(this.keys.log(),
				Range.create(after.toString(), after.toString()));
		return new Page(entries(this.replies.await(entries)), found(before));
	}

	private static List<LogEntry> entries(@Nullable List<StreamMessage<byte[], byte[]>> messages) {
		if (messages == null) {
			throw new RedisLostException("Redis has not answered what it was asked", null);
		}
		return messages.stream().map(Replies::entry).toList();
	}

	@Override
	public String create(String generation, @Nullable String broken, LogId first) {
		return write((writer) -> writer.create(generation, broken, first));
	}

	@Override
	public Appended append(Batch batch) {
		return write((writer) -> writer.append(batch));
	}

	@Override
	public long fence(String publisher, long epoch) {
		return write((writer) -> writer.fence(publisher, epoch));
	}

	private <T> T write(Function<LogWriter, T> action) {
		if (!this.isPlain.get()) {
			try {
				return action.apply(this.scripted);
			}
			catch (RedisErrorException ex) {
				if (!ex.isForbidden()) {
					throw ex;
				}
				if (this.isPlain.compareAndSet(false, true)) {
					logger.warn("Redis does not let this user run scripts (EVALSHA, EVAL), so events are appended one"
							+ " by one: slower, in order and heard once all the same; but an event that was given up"
							+ " may still be heard. Redis says: " + ex.getMessage());
				}
			}
		}
		return action.apply(this.plain);
	}

	@Override
	public void trim(Duration age, LogId keep) {
		List<byte[]> time = this.replies.await(this.commands.time());
		long before = Long.parseLong(Replies.text(time.get(0))) * 1000 - age.toMillis();
		LogId least = new LogId(Math.max(0, before), 0);
		this.replies.await(this.commands.xtrim(this.keys.log(),
				XTrimArgs.Builder.minId(((least.compareTo(keep) < 0) ? least : keep).toString())
					.approximateTrimming()));
	}

	@Override
	public void close() {
		if (this.isClosed.compareAndSet(false, true)) {
			this.close.run();
		}
	}

}
