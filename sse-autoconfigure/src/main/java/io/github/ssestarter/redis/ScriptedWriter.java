package io.github.ssestarter.redis;

import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Writes by scripts: each is carried out as a whole, or not at all.
 */
final class ScriptedWriter implements LogWriter {

	private final ScriptRunner scripts;

	private final Replies replies;

	private final LogKeys keys;

	ScriptedWriter(RedisClusterAsyncCommands<byte[], byte[]> commands, Replies replies, LogKeys keys) {
		this.scripts = new ScriptRunner(commands);
		this.replies = replies;
		this.keys = keys;
	}

	@Override
	public String create(String generation, @Nullable String broken, LogId first) {
		byte[] present = run(Scripts.CREATE, ScriptOutputType.VALUE, List.of(LogKeys.bytes(generation),
				LogKeys.bytes((broken != null) ? broken : ""), LogKeys.bytes(Long.toString(first.millis() + 1))));
		return Replies.text(present);
	}

	@Override
	public RedisLog.Appended append(RedisLog.Batch batch) {
		List<byte[]> arguments = new ArrayList<>(batch.bodies().size() + 5);
		arguments.add(LogKeys.bytes(batch.generation()));
		arguments.add(LogKeys.bytes(batch.publisher()));
		arguments.add(LogKeys.bytes(Long.toString(batch.epoch())));
		arguments.add(LogKeys.bytes(Long.toString(batch.first())));
		arguments.add(LogKeys.bytes(Long.toString(this.keys.maxLength())));
		arguments.addAll(batch.bodies());
		List<Object> reply = run(Scripts.APPEND, ScriptOutputType.MULTI, arguments);
		List<?> ids = (List<?>) reply.get(1);
		return new RedisLog.Appended((Long) reply.get(0),
				ids.stream().map((id) -> LogId.parse(Replies.text(id))).toList());
	}

	@Override
	public long fence(String publisher, long epoch) {
		Long last = run(Scripts.FENCE, ScriptOutputType.INTEGER,
				List.of(LogKeys.bytes(publisher), LogKeys.bytes(Long.toString(epoch))));
		return last;
	}

	private <T> T run(String script, ScriptOutputType type, List<byte[]> arguments) {
		byte[][] keys = { this.keys.log(), this.keys.publishers() };
		return this.replies.await(this.scripts.run(script, type, keys, arguments.toArray(byte[][]::new)));
	}

}
