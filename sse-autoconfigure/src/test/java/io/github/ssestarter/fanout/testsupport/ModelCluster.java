package io.github.ssestarter.fanout.testsupport;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * The nodes of a model test, and what brings them the log.
 */
interface ModelCluster {

	/**
	 * What it brings.
	 */
	ModelLog log();

	/**
	 * Those that run.
	 */
	List<ModelNode> nodes();

	void publish(SseAudience audience, byte[] body, @Nullable String ownId);

	void close(SseAudience audience);

	/**
	 * Something happens to the log, or a node reads on.
	 */
	void step();

	/**
	 * All nodes read all that there is.
	 */
	void catchUp();

	/**
	 * A node has gone, with all of its clients, and another one comes.
	 */
	void restart(ModelNode node);

}
