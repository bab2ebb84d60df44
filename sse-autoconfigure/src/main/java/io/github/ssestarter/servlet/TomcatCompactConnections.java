package io.github.ssestarter.servlet;

import java.util.ArrayList;
import java.util.List;

import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.AbstractHttp11Protocol;

/**
 * Makes the buffers small that Tomcat keeps for a connection as long as it is open: of
 * 100 KB for each stream it holds about half are left.
 *
 * @since 0.1.0
 */
public final class TomcatCompactConnections {

	private static final Log logger = LogFactory.getLog(TomcatCompactConnections.class);

	/** What Tomcat has unless somebody sets it, and somebody's choice is kept. */
	private static final int DEFAULT = 8192;

	private static final int SOCKET_READ = 512;

	private static final int SOCKET_WRITE = 2048;

	private static final int RESPONSE_HEADERS = 4096;

	private static final int RESPONSE_BODY = 1024;

	private static final int TRAILERS = 1024;

	private TomcatCompactConnections() {
	}

	/**
	 * Makes the buffers of a connector's connections small, and tells so in the log.
	 * Those that have been set to something else than Tomcat's default stay.
	 * @param connector a connector that has not started
	 */
	public static void apply(Connector connector) {
		List<String> changes = new ArrayList<>();
		socket(connector, "appReadBufSize", SOCKET_READ, "reading the socket", changes);
		socket(connector, "appWriteBufSize", SOCKET_WRITE, "writing to the socket", changes);
		if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
			if (protocol.getMaxHttpResponseHeaderSize() == DEFAULT) {
				protocol.setMaxHttpResponseHeaderSize(RESPONSE_HEADERS);
				changes.add("response headers " + RESPONSE_HEADERS + " bytes");
			}
			if (protocol.getMaxTrailerSize() == DEFAULT) {
				protocol.setMaxTrailerSize(TRAILERS);
				changes.add("request trailers " + TRAILERS + " bytes");
			}
		}
		if (connector.getProtocolHandler() instanceof TomcatStreamProtocol protocol) {
			protocol.setResponseBuffer(RESPONSE_BODY);
			changes.add("a response before it is committed " + RESPONSE_BODY + " bytes");
		}
		logger.info("sse.tomcat.compact-connections: each connection of " + connector
				+ " has smaller buffers, instead of " + DEFAULT + " bytes each: " + String.join(", ", changes));
	}

	private static void socket(Connector connector, String name, int size, String what, List<String> changes) {
		String property = "socket." + name;
		if (String.valueOf(connector.getProperty(property)).equals(Integer.toString(DEFAULT))) {
			connector.setProperty(property, Integer.toString(size));
			changes.add(what + " " + size + " bytes");
		}
	}

}
