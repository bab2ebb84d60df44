package io.github.ssestarter.benchmarks.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisURI;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.LocalRegistry;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.OnStart;
import io.github.ssestarter.redis.RedisBackplane;
import io.github.ssestarter.redis.RedisSettings;

/**
 * What ten nodes do to Redis: ten backplanes with connections of their own, the first of
 * which publishes.
 */
public final class TenNodesServer {

	private static final int NODES = 10;

	private TenNodesServer() {
	}

	/**
	 * Runs the server.
	 * @param args the port, which is not used, the control port, the port of Redis as a
	 * property
	 */
	public static void main(String[] args) {
		RedisURI redis = RedisURI.create("127.0.0.1", RedisPort.of(args));
		List<Backplane> nodes = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			Backplane node = node(redis);
			node.start(new Nobody());
			nodes.add(node);
		}
		Backplane first = nodes.get(0);
		JsonMapper json = new JsonMapper();
		new Control(Integer.parseInt(args[1])).appender((topic, payload) -> {
			first.awaitRoom(Duration.ofSeconds(10));
			first.publish(event(topic, json.writeValueAsBytes(payload)));
		}, () -> first.publish(event("end", new byte[0])).get(60, TimeUnit.SECONDS)).start();
	}

	private static Message event(String topic, byte[] body) {
		return new Message.Event(SseAudience.topic(topic), body, null);
	}

	private static Backplane node(RedisURI redis) {
		LettuceConnector connector = LettuceConnector.to(redis,
				new ConnectionSettings("{ten}:log", 10_000, Duration.ofSeconds(5), Duration.ofSeconds(1), null));
		return new RedisBackplane(connector, new LocalRegistry(),
				new RedisSettings(OnStart.FAIL, Duration.ofMinutes(10), Duration.ofMillis(1),
						new RedisSettings.Backlog(20_000, 16_000_000), Duration.ofMinutes(1), Duration.ofSeconds(2),
						Duration.ofMillis(200), Duration.ofMillis(500)),
				new SecureRandom(), System::nanoTime);
	}

	/**
	 * A node without streams.
	 */
	private static final class Nobody implements Backplane.Receiver {

		@Override
		public void begin(EventId start) {
		}

		@Override
		public void receive(EventId id, Message message) {
		}

	}

}
