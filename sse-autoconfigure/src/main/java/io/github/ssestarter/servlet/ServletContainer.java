package io.github.ssestarter.servlet;

import java.io.IOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.util.ClassUtils;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * What containers do differently, for one response.
 */
interface ServletContainer {

	/** The request attribute with the {@link ServletContainer} that a container left. */
	String ATTRIBUTE = ServletContainer.class.getName();

	/**
	 * Sets what lets the client tell the end of the response from a cut, where the
	 * container itself would not. Before anything is written.
	 */
	default void markEnd(HttpServletResponse response) {
	}

	/**
	 * Makes small what the container itself holds of a response that may stay open for
	 * hours. Before anything is written.
	 * @param output its output, as the filters have left it
	 */
	default void limitOutputBuffer(ServletOutputStream output) {
	}

	/**
	 * How many bytes a write that does not wait may have.
	 */
	default int maxWrite() {
		return Transport.SMALL_WRITE;
	}

	/**
	 * Whether it may still read an array that was written without waiting.
	 */
	default boolean keepsArrays() {
		return true;
	}

	/**
	 * Writes to the response.
	 * @param output its output, as the filters have left it
	 * @param bytes the array; never written to again by anyone, if it
	 * {@linkplain #keepsArrays() keeps arrays}
	 */
	default void write(ServletOutputStream output, byte[] bytes, int offset, int length) throws IOException {
		output.write(bytes, offset, length);
	}

	/**
	 * Whether the next write, which the servlet API allows, would really not wait.
	 * @param whenWritable called once it would not, if it would now
	 */
	default boolean canWrite(Runnable whenWritable) {
		return true;
	}

	/**
	 * Whether the container has a listener that it will tell when the response can be
	 * written to: the output of a filter may not have passed it on.
	 */
	default boolean hasWriteListener() {
		return true;
	}

	/**
	 * Whether the container itself could be written to now, whatever the output of a
	 * filter says. Not where that cannot be known.
	 */
	default boolean isReady() {
		return false;
	}

	/**
	 * Whether a large write has to be flushed before the next one: the container holds
	 * little, and what exceeds it goes to a buffer that is many times as large.
	 */
	default boolean flushesLargeWrites() {
		return false;
	}

	/**
	 * Has something run before the container gives the response to another request, be it
	 * that no listener was told of an end. Its thread waits for it.
	 */
	default void beforeRecycling(Runnable callback) {
	}

	/**
	 * Has something run once the container has written the whole response, or has given
	 * it up. At once where that cannot be known.
	 */
	default void whenFinished(Runnable callback) {
		callback.run();
	}

	/**
	 * A write has failed: the container has to come to its end with the response.
	 */
	default void writeFailed() {
	}

	/**
	 * Whether {@code AsyncContext.complete()} is left to us when a write has failed.
	 */
	default boolean completesAfterWriteError() {
		return false;
	}

	/**
	 * Makes the send buffer of the response's own socket small, where it can be reached:
	 * what is in it is lost to a slow client's cursor.
	 */
	default void limitSendBuffer(int bytes) {
	}

	/**
	 * The way to the response's socket.
	 */
	default SocketTakeover takeover() {
		return SocketTakeover.none("neither Tomcat nor Jetty has made the response");
	}

	/**
	 * Gives up the connection, or the HTTP/2 stream, with all that is unsent.
	 * @param context completes the response, if there is nothing better
	 */
	void abort(AsyncContext context);

	/**
	 * Finds the container of a request. Of one that is not known there is only the
	 * servlet API to use: completing is all that can be done, and what is unsent may keep
	 * the connection.
	 */
	static ServletContainer of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof ServletContainer container) {
			return container;
		}
		if (ClassUtils.isPresent("org.eclipse.jetty.ee11.servlet.ServletContextRequest", null)) {
			ServletContainer jetty = JettyContainer.of(request);
			if (jetty != null) {
				return jetty;
			}
		}
		return AsyncContext::complete;
	}

}
