package io.github.ssestarter.servlet;

import java.nio.ByteBuffer;

import org.eclipse.jetty.http.HttpGenerator;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * How bytes stand in a response between those of Jetty's own, which can go on after them
 * as if they had not been.
 */
enum JettyChunks {

	/** As they are: the end of the connection is the end of the response. */
	NONE,

	/** As chunks. */
	WHOLE,

	/**
	 * As chunks, after the line end that Jetty owes to the last one of its own, and
	 * without theirs: Jetty writes it with the next chunk only.
	 */
	AFTER_JETTY;

	private static final byte[] DIGITS = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e',
			'f' };

	private static final int MAX_FRAMING = 16;

	/** One for each thread that writes, as an array, as Jetty takes buffers. */
	private static final ThreadLocal<ByteBuffer[]> buffer = ThreadLocal
		.withInitial(() -> new ByteBuffer[] { ByteBuffer.allocateDirect(Transport.LARGEST_WRITE + MAX_FRAMING) });

	/**
	 * Finds how a response goes on whose headers are sent.
	 */
	static JettyChunks of(HttpGenerator generator) {
		if (!generator.isChunking()) {
			return NONE;
		}
		return (generator.isWritten()) ? AFTER_JETTY : WHOLE;
	}

	/**
	 * Makes one chunk.
	 * @return the chunk, to be used before this thread makes another
	 */
	ByteBuffer[] chunk(byte[] bytes, int offset, int length) {
		ByteBuffer[] chunk = buffer.get();
		ByteBuffer to = chunk[0].clear();
		if (this == AFTER_JETTY) {
			putLineEnd(to);
		}
		if (this != NONE) {
			putHex(length, to);
			putLineEnd(to);
		}
		to.put(bytes, offset, length);
		if (this == WHOLE) {
			putLineEnd(to);
		}
		to.flip();
		return chunk;
	}

	private static void putLineEnd(ByteBuffer to) {
		to.put((byte) '\r').put((byte) '\n');
	}

	private static void putHex(int number, ByteBuffer to) {
		int digits = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 3) / 4);
		for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
			to.put(DIGITS[(number >>> shift) & 0xf]);
		}
	}

}
