package io.github.ssestarter.servlet;

import jakarta.servlet.AsyncContext;

/**
 * What containers do differently for one response.
 */
interface ServletContainer {

	/**
	 * Whether the next write, which the servlet API allows, would really not wait.
	 */
	default boolean canWrite() {
		return true;
	}

	/**
	 * Whether {@code AsyncContext.complete()} is left to us when a write has failed.
	 */
	default boolean completesAfterWriteError() {
		return false;
	}

	/**
	 * Gives up the connection, or the HTTP/2 stream, with all that is unsent.
	 */
	void abort();

	/**
	 * A container of which nothing more is known than the servlet API: completing is all
	 * that can be done, and what is unsent may keep the connection.
	 */
	static ServletContainer unknown(AsyncContext context) {
		return context::complete;
	}

}
