package io.github.ssestarter.starter.testsupport;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.RedisURI;

import io.github.ssestarter.backplane.LocalRegistry;
import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.OnStart;
import io.github.ssestarter.redis.RedisBackplane;
import io.github.ssestarter.redis.RedisSettings;
import io.github.ssestarter.test.backplane.BackplaneNode;

/**
 * Backplanes on a Redis, without applications.
 */
public final class RedisNodes implements AutoCloseable {

	public static final String KEY = "{sse}:log";

	/** How long Redis has for an answer. */
	public static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final List<LettuceConnector> connectors = new ArrayList<>();

	private final List<RedisBackplane> backplanes = new ArrayList<>();

	public static RedisURI node(int port) {
		return RedisURI.create("127.0.0.1", port);
	}

	public BackplaneNode start(int port) {
		return new BackplaneNode(create(node(port)));
	}

	public RedisBackplane create(RedisURI uri) {
		LettuceConnector connector = LettuceConnector.to(uri,
				new ConnectionSettings(KEY, 100_000, TIMEOUT, Duration.ofSeconds(1), null));
		this.connectors.add(connector);
		RedisBackplane backplane = new RedisBackplane(connector, new LocalRegistry(),
				new RedisSettings(OnStart.WAIT, Duration.ofMinutes(10), Duration.ofMillis(1),
						new RedisSettings.Backlog(20_000, 16_000_000), Duration.ofMinutes(1), Duration.ofSeconds(2),
						Duration.ofMillis(200), Duration.ofMillis(500)),
				new SecureRandom(), System::nanoTime);
		this.backplanes.add(backplane);
		return backplane;
	}

	@Override
	public void close() {
		this.backplanes.forEach(RedisBackplane::stop);
		this.connectors.forEach(LettuceConnector::close);
	}

}
