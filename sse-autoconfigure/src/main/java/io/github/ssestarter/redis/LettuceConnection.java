package io.github.ssestarter.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A connection that is open.
 *
 * @param connection the connection
 * @param commands its commands
 */
record LettuceConnection(StatefulConnection<byte[], byte[]> connection,
		RedisClusterAsyncCommands<byte[], byte[]> commands) {

	void close() {
		this.connection.closeAsync();
	}

}
