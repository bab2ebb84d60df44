package io.github.ssestarter.servlet;

import java.nio.channels.SocketChannel;

import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.springframework.beans.BeanUtils;

/**
 * Tomcat's HTTP/2, which tells {@link WritableSockets} the socket of each connection, and
 * uses no request and no response twice.
 * <p>
 * If a write to a stream fails while a container thread is just done with an event of the
 * same stream, Tomcat 11.0.24 gives request and response to the next stream of any
 * connection, although both are still written to: another client's stream then ends, or
 * its connection does, with all its streams.
 *
 * @since 0.1.0
 */
public final class WatchedHttp2Protocol extends Http2Protocol {

	private final WritableSockets sockets;

	/**
	 * Creates the protocol.
	 * @param original the protocol in whose place it is, and whose settings it takes
	 * @param sockets is told of the sockets
	 */
	public WatchedHttp2Protocol(Http2Protocol original, WritableSockets sockets) {
		this.sockets = sockets;
		BeanUtils.copyProperties(original, this, "http11Protocol");
		setDiscardRequestsAndResponses(true);
	}

	@Override
	public InternalHttpUpgradeHandler getInternalUpgradeHandler(SocketWrapperBase<?> socketWrapper, Adapter adapter,
			Request coyoteRequest) {
		InternalHttpUpgradeHandler handler = super.getInternalUpgradeHandler(socketWrapper, adapter, coyoteRequest);
		if (socketWrapper.getSocket() instanceof NioChannel nioChannel) {
			SocketChannel channel = nioChannel.getIOChannel();
			String protocol = (socketWrapper.getSslSupport() != null) ? "h2" : "h2c";
			this.sockets.add(socketWrapper.getServletConnection(protocol, "").getConnectionId(), channel);
		}
		return handler;
	}

}
