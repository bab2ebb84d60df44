package io.github.ssestarter.redis;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the connections of one thread, but for the first.
 */
final class CountedConnector implements RedisLog.Connector {

	private final RedisLog.Connector connector;

	private final LongAdder reconnects;

	private boolean hasConnected;

	CountedConnector(RedisLog.Connector connector, LongAdder reconnects) {
		this.connector = connector;
		this.reconnects = reconnects;
	}

	@Override
	public RedisLog connect() {
		RedisLog log = this.connector.connect();
		if (this.hasConnected) {
			this.reconnects.increment();
		}
		this.hasConnected = true;
		return log;
	}

}
