package io.github.ssestarter.servlet;

import java.nio.channels.SocketChannel;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1, which lets a request know its socket.
 *
 * @since 0.1.0
 */
public final class TomcatStreamProtocol extends Http11NioProtocol {

	/** The socket whose events the thread is at work on. */
	private static final ThreadLocal<@Nullable SocketChannel> CURRENT = new ThreadLocal<>();

	/**
	 * Creates the protocol. Called by Tomcat.
	 */
	public TomcatStreamProtocol() {
		super(new Endpoint());
	}

	/**
	 * The socket of the request that the calling thread is at work on.
	 * @return the socket, {@code null} for a request over HTTP/2
	 */
	static @Nullable SocketChannel currentChannel() {
		return CURRENT.get();
	}

	private static final class Endpoint extends NioEndpoint {

		@Override
		protected SocketProcessorBase<NioChannel> createSocketProcessor(SocketWrapperBase<NioChannel> socketWrapper,
				SocketEvent event) {
			return new SocketProcessor(socketWrapper, event) {

				@Override
				protected void doRun() {
					CURRENT.set(this.socketWrapper.getSocket().getIOChannel());
					try {
						super.doRun();
					}
					finally {
						CURRENT.remove();
					}
				}

			};
		}

	}

}
