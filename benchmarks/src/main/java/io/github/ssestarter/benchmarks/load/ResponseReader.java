package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.util.Locale;

/**
 * Reads one HTTP/1.1 response, chunked or not, in pieces of any size.
 */
final class ResponseReader {

	private final EventScanner scanner;

	private final StringBuilder head = new StringBuilder();

	private State state = State.HEAD;

	/** What is left of a chunk, or its size as far as it is known. */
	private long chunk;

	ResponseReader(EventScanner scanner) {
		this.scanner = scanner;
	}

	/**
	 * Whether the headers are there.
	 */
	boolean isOpen() {
		return this.state != State.HEAD;
	}

	void read(byte[] bytes, int length) throws IOException {
		int i = 0;
		while (i < length) {
			switch (this.state) {
				case HEAD -> head(bytes[i++]);
				case SIZE -> size(bytes[i++]);
				case DATA -> {
					int count = (int) Math.min(this.chunk, length - i);
					this.scanner.scan(bytes, i, i + count);
					i += count;
					this.chunk -= count;
					if (this.chunk == 0) {
						this.state = State.END;
					}
				}
				case END -> {
					if (bytes[i++] == '\n') {
						this.state = State.SIZE;
					}
				}
			}
		}
	}

	private void head(byte next) throws IOException {
		this.head.append((char) next);
		int length = this.head.length();
		if (next == '\n' && length > 3 && this.head.charAt(length - 3) == '\n') {
			String text = this.head.toString().toLowerCase(Locale.ROOT);
			if (!text.startsWith("http/1.1 200")) {
				throw new IOException("Refused: " + text);
			}
			boolean isChunked = text.contains("transfer-encoding: chunked");
			this.chunk = (isChunked) ? 0 : Long.MAX_VALUE;
			this.state = (isChunked) ? State.SIZE : State.DATA;
			this.head.setLength(0);
			this.head.trimToSize();
		}
	}

	private void size(byte next) throws IOException {
		if (next == '\n') {
			if (this.chunk == 0) {
				throw new IOException("The response has ended");
			}
			this.state = State.DATA;
		}
		else if (next != '\r') {
			this.chunk = this.chunk * 16 + Character.digit(next, 16);
		}
	}

	/**
	 * What comes next.
	 */
	private enum State {

		HEAD, SIZE, DATA, END

	}

}
