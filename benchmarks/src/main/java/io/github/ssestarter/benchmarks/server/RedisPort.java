package io.github.ssestarter.benchmarks.server;

import java.util.Arrays;

/**
 * Which Redis a server is to use.
 */
public final class RedisPort {

	private static final String PROPERTY = "--spring.data.redis.port=";

	private RedisPort() {
	}

	/**
	 * Tells it to a server.
	 * @param port the port
	 * @return a property of Spring Boot
	 */
	public static String property(int port) {
		return PROPERTY + port;
	}

	static int of(String... args) {
		return Arrays.stream(args)
			.filter((argument) -> argument.startsWith(PROPERTY))
			.mapToInt((argument) -> Integer.parseInt(argument.substring(PROPERTY.length())))
			.findFirst()
			.orElseThrow();
	}

}
