package io.github.ssestarter.benchmarks.server;

import java.util.Map;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The usual code to append to a stream of Redis: a loop over {@link StringRedisTemplate}.
 */
public final class RedisTemplateServer {

	private RedisTemplateServer() {
	}

	/**
	 * Runs the server.
	 * @param args the port, which is not used, the control port, the port of Redis as a
	 * property
	 */
	public static void main(String[] args) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", RedisPort.of(args));
		connections.afterPropertiesSet();
		connections.start();
		StringRedisTemplate template = new StringRedisTemplate(connections);
		JsonMapper json = new JsonMapper();
		new Control(Integer.parseInt(args[1])).appender((topic, payload) -> template.opsForStream()
			.add("template", Map.of("topic", topic, "data", json.writeValueAsString(payload))), () -> {
			}).start();
	}

}
