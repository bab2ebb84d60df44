package io.github.ssestarter.fanout.transport;

import java.io.IOException;

/**
 * What a detached connection writes to, without ever waiting: an SPI. All methods are
 * called by one thread, the connection's shard.
 *
 * @since 0.1.0
 */
public interface Transport {

	/**
	 * What containers hold, in bytes, without spilling into a buffer that grows.
	 */
	int SMALL_WRITE = 8_000;

	/**
	 * What no write exceeds, in bytes.
	 */
	int LARGEST_WRITE = 4 * SMALL_WRITE;

	/**
	 * How much one write may have.
	 * @return how many bytes, at most {@link #LARGEST_WRITE}
	 */
	default int maxWrite() {
		return SMALL_WRITE;
	}

	/**
	 * Whether the next {@link #write} can be done at once. If not, then
	 * {@link TransportListener#ready()} is called when it can.
	 * @return whether it is ready
	 * @throws IOException if the connection has ended
	 */
	boolean isReady() throws IOException;

	/**
	 * Writes bytes. Only after {@link #isReady()} was true.
	 * @param bytes the array; lent for the time of the call, unless the transport
	 * {@linkplain #keepsArrays() keeps arrays}
	 * @param offset where to begin
	 * @param length how many bytes, at most {@link #maxWrite()}
	 * @return how many bytes it took, from the first on; if that is not all then
	 * {@link TransportListener#ready()} is called when it can take more
	 * @throws IOException if the connection has ended
	 */
	int write(byte[] bytes, int offset, int length) throws IOException;

	/**
	 * Whether arrays that are written may still be read afterwards: then nobody writes to
	 * them ever again.
	 * @return whether it keeps them
	 */
	default boolean keepsArrays() {
		return true;
	}

	/**
	 * Sends what was written, if that can be done at once. If not, then
	 * {@link TransportListener#ready()} is called when it can.
	 * @return whether it was done
	 * @throws IOException if the connection has ended
	 */
	boolean flush() throws IOException;

	/**
	 * Whether it writes to the socket itself, and not through the servlet API.
	 * @return whether it has the socket
	 */
	default boolean ownsSocket() {
		return false;
	}

	/**
	 * Ends the response. All that was written is flushed already. Only after
	 * {@link #isReady()} was true.
	 */
	void complete();

	/**
	 * Ends the connection at once, whatever is still unsent: its socket, or its HTTP/2
	 * stream, and its memory are given up.
	 */
	void abort();

}
