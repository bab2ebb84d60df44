package io.github.ssestarter.servlet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How the bytes of a response are set off on a connection that the starter writes to
 * itself.
 */
abstract class Framing {

	/** What framing adds to one write, at most, in bytes. */
	static final int MAX_OVERHEAD = 32;

	/** The response ends with the connection. */
	private static final Framing NONE = new Framing() {

		@Override
		void put(ByteBuffer buffer, byte[] bytes, int offset, int length) {
			buffer.put(bytes, offset, length);
		}

		@Override
		int sent(int count) {
			return count;
		}

		@Override
		boolean isOpen() {
			return false;
		}

		@Override
		byte[] framed(byte[] bytes) {
			return bytes;
		}

		@Override
		byte[] end() {
			return new byte[0];
		}

	};

	/**
	 * The framing of one response.
	 * @param isChunked whether its client knows chunks, and an end from a cut
	 */
	static Framing of(boolean isChunked) {
		return (isChunked) ? new Chunked() : NONE;
	}

	/**
	 * Puts bytes, with their framing, into what is written next. What was put before and
	 * not sent is put again.
	 */
	abstract void put(ByteBuffer buffer, byte[] bytes, int offset, int length);

	/**
	 * The connection has taken some of what was put last, from the first byte on.
	 * @param count how many bytes
	 * @return how many of them were not framing
	 */
	abstract int sent(int count);

	/**
	 * Whether framing is still owed for what was sent.
	 */
	abstract boolean isOpen();

	/**
	 * Frames bytes that are sent whole.
	 */
	abstract byte[] framed(byte[] bytes);

	/**
	 * What comes after the last bytes.
	 */
	abstract byte[] end();

	/**
	 * The chunks of HTTP/1.1. One that was begun has told its size: it goes on with the
	 * bytes that are still owed, however many more are put along with them.
	 */
	private static final class Chunked extends Framing {

		private static final byte[] LINE_END = { '\r', '\n' };

		private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

		/** How many bytes the chunk that was begun has, 0 if none is. */
		private int begunSize;

		/** How much of it was sent, its lines included. */
		private int begunSent;

		/** How many bytes were put last, without their framing. */
		private int put;

		@Override
		void put(ByteBuffer buffer, byte[] bytes, int offset, int length) {
			this.put = length;
			int owed = 0;
			if (this.begunSize > 0) {
				owed = Math.min(length, owed());
				putChunk(buffer, this.begunSize, this.begunSent, bytes, offset, owed);
			}
			if (length > owed) {
				putChunk(buffer, length - owed, 0, bytes, offset + owed, length - owed);
			}
		}

		/**
		 * Puts a chunk, but for what was sent of it.
		 * @param length how many of its bytes there are to put
		 */
		private static void putChunk(ByteBuffer buffer, int size, int sent, byte[] bytes, int offset, int length) {
			int digits = digits(size);
			for (int position = sent; position < digits; position++) {
				buffer.put((byte) Character.forDigit((size >> 4 * (digits - 1 - position)) & 0xf, 16));
			}
			int first = digits + LINE_END.length;
			putLineEnd(buffer, sent - digits);
			buffer.put(bytes, offset, length);
			if (Math.max(0, sent - first) + length >= size) {
				putLineEnd(buffer, sent - first - size);
			}
		}

		private static void putLineEnd(ByteBuffer buffer, int sent) {
			for (int position = Math.max(0, sent); position < LINE_END.length; position++) {
				buffer.put(LINE_END[position]);
			}
		}

		private static int digits(int size) {
			return (Integer.SIZE - Integer.numberOfLeadingZeros(size) + 3) / 4;
		}

		/**
		 * How many bytes the chunk that was begun still needs.
		 */
		private int owed() {
			return this.begunSize - dataOf(this.begunSize, this.begunSent);
		}

		/**
		 * How many of a chunk's first bytes are not framing.
		 */
		private static int dataOf(int size, int sent) {
			return Math.max(0, Math.min(size, sent - digits(size) - LINE_END.length));
		}

		private static int whole(int size) {
			return digits(size) + LINE_END.length + size + LINE_END.length;
		}

		@Override
		int sent(int count) {
			int left = count;
			int taken = 0;
			if (this.begunSize > 0) {
				int owed = Math.min(this.put, owed());
				int part = Math.min(left, whole(this.begunSize) - this.begunSent);
				taken = dataOf(this.begunSize, this.begunSent + part) - dataOf(this.begunSize, this.begunSent);
				this.begunSent += part;
				left -= part;
				this.put -= owed;
				if (this.begunSent < whole(this.begunSize)) {
					return taken;
				}
				this.begunSize = 0;
			}
			if (left > 0 && left < whole(this.put)) {
				this.begunSize = this.put;
				this.begunSent = left;
				return taken + dataOf(this.put, left);
			}
			return (left > 0) ? taken + this.put : taken;
		}

		@Override
		boolean isOpen() {
			return this.begunSize > 0;
		}

		@Override
		byte[] framed(byte[] bytes) {
			ByteBuffer buffer = ByteBuffer.allocate(whole(bytes.length));
			putChunk(buffer, bytes.length, 0, bytes, 0, bytes.length);
			return buffer.array();
		}

		@Override
		byte[] end() {
			return LAST;
		}

	}

}
