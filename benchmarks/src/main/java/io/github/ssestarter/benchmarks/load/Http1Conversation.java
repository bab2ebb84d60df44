package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A request of HTTP/1.1, and its response.
 */
final class Http1Conversation implements Conversation {

	private final byte[] request;

	private final ResponseReader reader;

	Http1Conversation(String request, EventScanner scanner) {
		this.request = request.getBytes(StandardCharsets.US_ASCII);
		this.reader = new ResponseReader(scanner);
	}

	@Override
	public byte[] opening() {
		return this.request;
	}

	@Override
	public int read(byte[] bytes, int length, Link link) throws IOException {
		boolean wasOpen = this.reader.isOpen();
		this.reader.read(bytes, length);
		return (!wasOpen && this.reader.isOpen()) ? 1 : 0;
	}

}
