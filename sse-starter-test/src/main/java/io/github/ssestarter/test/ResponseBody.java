package io.github.ssestarter.test;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Where the body of a response ends: one of the three ways HTTP/1.1 has to tell.
 */
interface ResponseBody {

	/**
	 * Pass on what belongs to the body.
	 * @param bytes what came; taken up to the body's end
	 * @param content what takes the body without its framing
	 * @return whether the body is complete
	 * @throws ProtocolException if the framing is broken
	 */
	boolean read(ByteBuffer bytes, Consumer<ByteBuffer> content) throws ProtocolException;

	/**
	 * Return whether a connection that ends here completes the body.
	 * @return {@code false} if the rest of the body is missing
	 */
	default boolean endsWithConnection() {
		return false;
	}

	static ResponseBody of(String method, ResponseHead head) throws ProtocolException {
		String encoding = head.header("Transfer-Encoding");
		String length = head.header("Content-Length");
		if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
			return new Sized(0);
		}
		if (encoding != null && encoding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
			return new Chunked();
		}
		try {
			return (length != null) ? new Sized(Long.parseLong(length)) : new UntilClose();
		}
		catch (NumberFormatException ex) {
			throw new ProtocolException("Not a content length: " + length);
		}
	}

	private static void pass(ByteBuffer bytes, int length, Consumer<ByteBuffer> content) {
		if (length > 0) {
			content.accept(bytes.slice(bytes.position(), length));
			bytes.position(bytes.position() + length);
		}
	}

	/**
	 * A body of a length told beforehand.
	 */
	final class Sized implements ResponseBody {

		private long missing;

		Sized(long length) {
			this.missing = length;
		}

		@Override
		public boolean read(ByteBuffer bytes, Consumer<ByteBuffer> content) {
			int length = (int) Math.min(this.missing, bytes.remaining());
			this.missing -= length;
			pass(bytes, length, content);
			return this.missing == 0;
		}

	}

	/**
	 * A body that lasts as long as the connection.
	 */
	final class UntilClose implements ResponseBody {

		@Override
		public boolean read(ByteBuffer bytes, Consumer<ByteBuffer> content) {
			pass(bytes, bytes.remaining(), content);
			return false;
		}

		@Override
		public boolean endsWithConnection() {
			return true;
		}

	}

	/**
	 * A body in chunks, complete with the empty one and the trailers after it.
	 */
	final class Chunked implements ResponseBody {

		private enum Part {

			SIZE, DATA, END_OF_DATA, TRAILERS

		}

		private final LineReader lines = new LineReader();

		private Part part = Part.SIZE;

		private long missing;

		@Override
		public boolean read(ByteBuffer bytes, Consumer<ByteBuffer> content) throws ProtocolException {
			while (bytes.hasRemaining()) {
				if (this.part == Part.DATA) {
					int length = (int) Math.min(this.missing, bytes.remaining());
					this.missing -= length;
					pass(bytes, length, content);
					this.part = (this.missing == 0) ? Part.END_OF_DATA : Part.DATA;
					continue;
				}
				String line = this.lines.read(bytes);
				if (line != null && line(line)) {
					return true;
				}
			}
			return false;
		}

		private boolean line(String line) throws ProtocolException {
			switch (this.part) {
				case SIZE -> {
					this.missing = size(line);
					this.part = (this.missing == 0) ? Part.TRAILERS : Part.DATA;
				}
				case END_OF_DATA -> {
					if (!line.isEmpty()) {
						throw new ProtocolException("A chunk is longer than it said");
					}
					this.part = Part.SIZE;
				}
				default -> {
					return line.isEmpty();
				}
			}
			return false;
		}

		private static long size(String line) throws ProtocolException {
			try {
				return Integer.toUnsignedLong(Integer.parseUnsignedInt(line.split(";", 2)[0].strip(), 16));
			}
			catch (NumberFormatException ex) {
				throw new ProtocolException("Not the size of a chunk: " + line);
			}
		}

	}

	/**
	 * Puts together lines that end with CRLF, or LF alone.
	 */
	final class LineReader {

		private static final int LIMIT = 64 * 1024;

		private final StringBuilder line = new StringBuilder();

		@Nullable String read(ByteBuffer bytes) throws ProtocolException {
			while (bytes.hasRemaining()) {
				char next = (char) (bytes.get() & 0xFF);
				if (next == '\n') {
					String complete = this.line.toString();
					this.line.setLength(0);
					return (complete.endsWith("\r")) ? complete.substring(0, complete.length() - 1) : complete;
				}
				if (this.line.append(next).length() > LIMIT) {
					throw new ProtocolException("A line of more than " + LIMIT + " characters");
				}
			}
			return null;
		}

	}

}
