package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.eclipse.jetty.ee11.servlet.HttpOutput;
import org.eclipse.jetty.ee11.servlet.ServletApiRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A response of Jetty.
 */
final class JettyContainer implements ServletContainer {

	/** How long nothing moves, in either direction, on a connection that is stuck. */
	private static final long STUCK_MILLIS = 1000;

	/** What one write may hold. */
	private static final int MIN_OUTPUT_BUFFER = 8 * 1024;

	private final ServletContextRequest request;

	private JettyContainer(ServletContextRequest request) {
		this.request = request;
	}

	static @Nullable ServletContainer of(ServletRequest request) {
		ServletRequest unwrapped = request;
		while (unwrapped instanceof ServletRequestWrapper wrapper) {
			unwrapped = wrapper.getRequest();
		}
		return (unwrapped instanceof ServletApiRequest api)
				? new JettyContainer(ServletContextRequest.getServletContextRequest(api)) : null;
	}

	@Override
	public void whenFinished(Runnable callback) {
		Request.addCompletionListener(this.request, (failure) -> callback.run());
	}

	@Override
	public boolean completesAfterWriteError() {
		return true;
	}

	/**
	 * Jetty itself holds bytes as well, up to 32 KB: it is ready again only once the
	 * socket has taken the last of them.
	 */
	@Override
	public void limitSendBuffer(int bytes) {
		HttpOutput output = this.request.getHttpOutput();
		output.setBufferSize(Math.min(output.getBufferSize(), Math.max(MIN_OUTPUT_BUFFER, bytes / 4)));
		if (endPoint() instanceof SelectableChannelEndPoint endPoint) {
			SendBuffers.limit(endPoint.getChannel(), bytes);
		}
	}

	/**
	 * Failing the request resets its HTTP/2 stream, but the reset waits behind what a
	 * client that does not read has left in the socket: then the connection is closed,
	 * with its other streams, which are as stuck.
	 */
	@Override
	public void abort(AsyncContext context) {
		IOException failure = new IOException("The stream is given up");
		this.request.fail(failure);
		if (endPoint() instanceof AbstractEndPoint endPoint && endPoint.getWriteFlusher().isPending()
				&& endPoint.getIdleFor() >= STUCK_MILLIS) {
			endPoint.close(failure);
		}
	}

	private EndPoint endPoint() {
		return this.request.getConnectionMetaData().getConnection().getEndPoint();
	}

}
