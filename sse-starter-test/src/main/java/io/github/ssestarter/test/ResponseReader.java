package io.github.ssestarter.test;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Takes an HTTP/1.1 response apart as its bytes come in. Not safe for use by several
 * threads.
 */
final class ResponseReader {

	private final String method;

	private final Consumer<ResponseHead> onHead;

	private final Consumer<ByteBuffer> onBody;

	private final ResponseBody.LineReader lines = new ResponseBody.LineReader();

	private final List<String> headLines = new ArrayList<>();

	private @Nullable ResponseBody body;

	ResponseReader(String method, Consumer<ResponseHead> onHead, Consumer<ByteBuffer> onBody) {
		this.method = method;
		this.onHead = onHead;
		this.onBody = onBody;
	}

	/**
	 * Read on.
	 * @param bytes what came
	 * @return whether the response is complete
	 * @throws ProtocolException if this is not HTTP/1.1
	 */
	boolean read(ByteBuffer bytes) throws ProtocolException {
		while (this.body == null) {
			String line = this.lines.read(bytes);
			if (line == null) {
				return false;
			}
			headLine(line);
		}
		return this.body.read(bytes, this.onBody);
	}

	/**
	 * Return whether the response is complete if the connection ends now.
	 * @return {@code false} if some of it is missing
	 */
	boolean endsWithConnection() {
		return this.body != null && this.body.endsWithConnection();
	}

	private void headLine(String line) throws ProtocolException {
		if (!line.isEmpty()) {
			this.headLines.add(line);
			return;
		}
		if (this.headLines.isEmpty()) {
			throw new ProtocolException("The response begins with an empty line");
		}
		ResponseHead head = ResponseHead.parse(this.headLines);
		this.headLines.clear();
		boolean interim = head.status() < 200;
		if (!interim) {
			this.body = ResponseBody.of(this.method, head);
			this.onHead.accept(head);
		}
	}

}
