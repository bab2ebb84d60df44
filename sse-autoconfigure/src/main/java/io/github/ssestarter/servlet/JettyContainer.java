package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee11.servlet.HttpOutput;
import org.eclipse.jetty.ee11.servlet.ServletApiRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * A response of Jetty.
 */
final class JettyContainer implements ServletContainer {

	/** How long nothing moves, in either direction, on a connection that is stuck. */
	private static final long STUCK_MILLIS = 1000;

	/** What Jetty may hold of a response that a filter has wrapped, in bytes. */
	private static final int OUTPUT_BUFFER = 8 * 1024;

	private final ServletContextRequest request;

	private int maxWrite = Transport.SMALL_WRITE;

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

	@Override
	public boolean hasWriteListener() {
		return this.request.getHttpOutput().isAsync();
	}

	@Override
	public boolean isReady() {
		return this.request.getHttpOutput().isReady();
	}

	/**
	 * Jetty sends no chunks of itself to an HTTP/1.1 client that asks it to close the
	 * connection.
	 */
	@Override
	public void markEnd(HttpServletResponse response) {
		if (this.request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
			response.setHeader(HttpHeaders.TRANSFER_ENCODING, "chunked");
		}
	}

	/**
	 * A small write through a filter's output takes a buffer of Jetty's, which is outside
	 * the heap and kept to the end of the response.
	 */
	@Override
	public void limitOutputBuffer(ServletOutputStream output) {
		HttpOutput jetty = this.request.getHttpOutput();
		if (output != jetty) {
			jetty.setBufferSize(Math.min(jetty.getBufferSize(), OUTPUT_BUFFER));
		}
	}

	/**
	 * Passes by that buffer, unless a filter has wrapped the output; what does not fit
	 * into it does so in any case, in pieces. If somebody else's bytes were in it before,
	 * Jetty adds these to them, so a flush is owed all the same.
	 */
	@Override
	public void write(ServletOutputStream output, byte[] bytes, int offset, int length) throws IOException {
		if (output instanceof HttpOutput jetty && length < jetty.getBufferSize()) {
			output.write(ByteBuffer.wrap(bytes, offset, length));
		}
		else {
			output.write(bytes, offset, length);
		}
	}

	/**
	 * Jetty is ready again only once the socket has taken the last byte of a write: what
	 * a slow client leaves of it adds to the send buffer.
	 */
	@Override
	public int maxWrite() {
		return this.maxWrite;
	}

	@Override
	public void limitSendBuffer(int bytes) {
		int fits = Math.min(Math.min(bytes / 4, Transport.LARGEST_WRITE), this.request.getHttpOutput().getBufferSize());
		this.maxWrite = Math.max(1, fits / Transport.SMALL_WRITE) * Transport.SMALL_WRITE;
		EndPoint endPoint = endPoint();
		while (endPoint instanceof EndPoint.Wrapper wrapper) {
			endPoint = wrapper.unwrap();
		}
		if (endPoint instanceof SelectableChannelEndPoint selectable) {
			SendBuffers.limit(selectable.getChannel(), bytes);
		}
	}

	@Override
	public SocketTakeover takeover() {
		return new JettySocketTakeover(this, this.request);
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
