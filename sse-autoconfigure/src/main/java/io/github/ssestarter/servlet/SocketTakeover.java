package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Takes the socket of one response from its container. All methods are called on the
 * request's thread, or by whoever writes to the stream while it is attached.
 */
interface SocketTakeover {

	/**
	 * What stands in the way. Asked before anything is committed.
	 * @param original the response that the filters' wrappers are around
	 * @return what it is, to be read after "the servlet API is used, because", or
	 * {@code null} if nothing does
	 */
	@Nullable String obstacle(HttpServletRequest request, ServletResponse original);

	/**
	 * Whether the headers have to allow it, so that {@link #prepare} comes before they
	 * are sent.
	 */
	default boolean needsHeaders() {
		return true;
	}

	/**
	 * Sets the headers without which the socket could not be taken later.
	 */
	default void prepare(HttpServletRequest request, HttpServletResponse response) {
	}

	/**
	 * Takes back what {@link #prepare} did, before anything is committed.
	 */
	default void undo(HttpServletResponse response) {
	}

	/**
	 * Writes a frame while the stream is attached, framed as the headers say.
	 */
	void write(ServletOutputStream output, byte[] frame) throws IOException;

	/**
	 * Writes what ends the response of a stream that ends while it is attached.
	 */
	default void end(ServletOutputStream output) throws IOException {
	}

	/**
	 * Whether the container has sent the headers, whatever wrappers hold back.
	 */
	boolean isCommitted();

	/**
	 * What stands in the way, as far as only the headers tell that were sent.
	 * @return what it is, to be read after "because", or {@code null} if nothing does
	 */
	default @Nullable String obstacleInHeaders() {
		return null;
	}

	/**
	 * Takes the socket. The headers are sent, and with them all that was written.
	 * @param sendBuffer what the socket's send buffer is to have, in bytes
	 */
	Transport take(HttpServletRequest request, HttpServletResponse response, TransportListener listener,
			int sendBuffer);

	/**
	 * A socket that cannot be had.
	 * @param obstacle why
	 */
	static SocketTakeover none(String obstacle) {
		return new SocketTakeover() {

			@Override
			public String obstacle(HttpServletRequest request, ServletResponse original) {
				return obstacle;
			}

			@Override
			public void write(ServletOutputStream output, byte[] frame) {
				throw new UnsupportedOperationException(obstacle);
			}

			@Override
			public boolean isCommitted() {
				throw new UnsupportedOperationException(obstacle);
			}

			@Override
			public Transport take(HttpServletRequest request, HttpServletResponse response, TransportListener listener,
					int sendBuffer) {
				throw new UnsupportedOperationException(obstacle);
			}

		};
	}

}
