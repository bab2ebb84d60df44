package io.github.ssestarter.fanout.testsupport;

import java.util.List;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Message;

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

	void publish(Message.Event event);

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
