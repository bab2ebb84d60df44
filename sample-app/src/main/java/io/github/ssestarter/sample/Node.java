package io.github.ssestarter.sample;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The process that this is: the only one, or with the profile {@code redis} one of many
 * that hear what each of them publishes.
 */
@Component
class Node {

	private final Environment environment;

	Node(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Where it listens, which tells apart nodes that are on one machine.
	 */
	int port() {
		return this.environment.getRequiredProperty("local.server.port", Integer.class);
	}

	boolean isOneOfMany() {
		return this.environment.getProperty("sse.redis.enabled", Boolean.class, false);
	}

	/**
	 * A topic that other nodes have another one for, so that each hears its own alone.
	 */
	String ownTopic(String name) {
		return (isOneOfMany()) ? name + "-" + port() : name;
	}

}
