package io.github.ssestarter.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Warns if the web server has fewer connections than the application means to have
 * streams.
 */
final class ConnectorCapacity {

	private static final Log logger = LogFactory.getLog(ConnectorCapacity.class);

	private ConnectorCapacity() {
	}

	/**
	 * Compares.
	 * @param connections how many connections the server takes, negative for any number
	 * @param property what sets it
	 */
	static void check(SseProperties properties, int connections, String property) {
		Integer streams = properties.getLimits().getMaxStreams();
		if (streams != null && connections >= 0 && streams > connections) {
			logger.warn("sse.limits.max-streams is " + streams + ", but the web server takes " + connections
					+ " connections (" + property + "), and over HTTP/1.1 each stream is one: clients beyond it would"
					+ " wait without an answer, instead of being told to come back. Set " + property + " above "
					+ streams + ", with room for other requests, or sse.limits.max-streams below " + connections);
		}
	}

}
