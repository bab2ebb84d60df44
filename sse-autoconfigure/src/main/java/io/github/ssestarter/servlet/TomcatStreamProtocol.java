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

	private int responseBuffer;

	/**
	 * Creates the protocol. Called by Tomcat.
	 */
	public TomcatStreamProtocol() {
		super(new Endpoint());
	}

	/**
	 * Sets how much of a response is held before it is committed.
	 * @param bytes the size of the buffer, in bytes
	 */
	void setResponseBuffer(int bytes) {
		this.responseBuffer = bytes;
	}

	@Override
	public int getDesiredBufferSize() {
		return (this.responseBuffer > 0) ? this.responseBuffer : super.getDesiredBufferSize();
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
