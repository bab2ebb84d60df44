package io.github.ssestarter.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Writes where scripts are forbidden: one message after the other. What is sent again may
 * be in the log twice; readers leave out what they have.
 */
final class PlainWriter implements LogWriter {

	private final RedisClusterAsyncCommands<byte[], byte[]> commands;

	private final Replies replies;

	private final LogKeys keys;

	private final RedisLog log;

	PlainWriter(RedisClusterAsyncCommands<byte[], byte[]> commands, Replies replies, LogKeys keys, RedisLog log) {
		this.commands = commands;
		this.replies = replies;
		this.keys = keys;
		this.log = log;
	}

	@Override
	public String create(String generation, @Nullable String broken, LogId first) {
		String present = this.log.state().generation();
		if (present != null && !present.equals(broken)) {
			return present;
		}
		byte[] group = LogKeys.bytes(Scripts.GROUP + generation);
		this.replies.await(this.commands.xgroupCreate(XReadArgs.StreamOffset.from(this.keys.log(), "0"), group,
				XGroupCreateArgs.Builder.mkstream()));
		if (present != null) {
			destroy(present);
		}
		String winner = winner();
		if (winner != null) {
			destroyOthers(winner);
		}
		if (generation.equals(winner)) {
			begin(generation, first);
		}
		return (winner != null) ? winner : generation;
	}

	/**
	 * Where two nodes do this at once all take the log that has begun, or else the group
	 * whose name comes first.
	 */
	private @Nullable String winner() {
		List<LogEntry> first = this.log.range(new LogId(0, 0), null, 1);
		String begun = (first.isEmpty()) ? null : first.get(0).generation();
		return (begun != null && generations().contains(begun)) ? begun : this.log.state().generation();
	}

	private void destroyOthers(String winner) {
		for (String generation : generations()) {
			if (!generation.equals(winner)) {
				destroy(generation);
			}
		}
	}

	private List<String> generations() {
		return this.replies.await(this.commands.xinfoGroups(this.keys.log()))
			.stream()
			.map((group) -> Replies.text(Replies.field((List<?>) group, "name")))
			.filter((name) -> name.startsWith(Scripts.GROUP))
			.map((name) -> name.substring(Scripts.GROUP.length()))
			.toList();
	}

	private void destroy(String generation) {
		this.replies.await(this.commands.xgroupDestroy(this.keys.log(), LogKeys.bytes(Scripts.GROUP + generation)));
	}

	private void begin(String generation, LogId first) {
		Map<byte[], byte[]> body = Map.of(LogKeys.bytes(Replies.BEGINNING), LogKeys.bytes(generation));
		LogId last = LogId.parse(Replies.text(this.replies.await(this.commands.xadd(this.keys.log(), body))));
		if (last.compareTo(first) <= 0) {
			this.replies.await(this.commands.xadd(this.keys.log(),
					new XAddArgs().id(new LogId(first.millis() + 1, 0).toString()), body));
		}
	}

	@Override
	public RedisLog.Appended append(RedisLog.Batch batch) {
		XAddArgs arguments = new XAddArgs().maxlen(this.keys.maxLength()).approximateTrimming().nomkstream();
		List<LogId> ids = new ArrayList<>(batch.bodies().size());
		for (byte[] message : batch.bodies()) {
			long number = batch.first() + ids.size();
			try {
				ids.add(append(arguments, batch.publisher(), number, message));
			}
			catch (RedisLogException ex) {
				if (ids.isEmpty()) {
					throw ex;
				}
				if (ex instanceof RedisLostException) {
					// The next command tells
					this.log.close();
				}
				return new RedisLog.Appended(number - 1, ids);
			}
		}
		if (!batch.generation().equals(this.log.state().generation())) {
			// All of it may be in another log. It is sent again, and heard once
			throw new RedisErrorException(RedisErrorException.NEW_LOG, null);
		}
		return new RedisLog.Appended(batch.last(), ids);
	}

	private LogId append(XAddArgs arguments, String publisher, long number, byte[] message) {
		Map<byte[], byte[]> body = new LinkedHashMap<>();
		body.put(LogKeys.bytes(Replies.PUBLISHER), LogKeys.bytes(publisher));
		body.put(LogKeys.bytes(Replies.NUMBER), LogKeys.bytes(Long.toString(number)));
		body.put(LogKeys.bytes(Replies.BODY), message);
		String id = this.replies.await(this.commands.xadd(this.keys.log(), arguments, body));
		if (id == null) {
			throw new RedisErrorException(RedisErrorException.NEW_LOG, null);
		}
		return LogId.parse(id);
	}

	/**
	 * There is nothing that could keep out what is still on its way.
	 */
	@Override
	public long fence(String publisher, long epoch) {
		return -1;
	}

}
