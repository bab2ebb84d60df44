package io.github.ssestarter.servlet;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sets the send buffers of sockets.
 */
final class SendBuffers {

	private static final Log logger = LogFactory.getLog(SendBuffers.class);

	private SendBuffers() {
	}

	/**
	 * Makes a send buffer small, and keeps the system from growing it.
	 * @param channel the socket; nothing is done if it is not known
	 */
	static void limit(@Nullable Channel channel, int bytes) {
		if (channel instanceof SocketChannel socket && socket.isOpen()) {
			try {
				socket.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
			}
			catch (IOException | UnsupportedOperationException ex) {
				logger.debug("The send buffer of a stream's socket could not be set: " + ex);
			}
		}
	}

}
