package io.github.ssestarter.redis;

import org.jspecify.annotations.Nullable;

/**
 * The commands of a {@link RedisLog} that write messages.
 */
interface LogWriter {

	String create(String generation, @Nullable String broken, LogId first);

	RedisLog.Appended append(RedisLog.Batch batch);

	long fence(String publisher, long epoch);

}
