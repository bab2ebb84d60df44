package io.github.ssestarter.sample.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A request over HTTP/1.1, of any bytes.
 *
 * @param head the request line and the headers, with the empty line behind them
 * @param body what follows
 * @param isWhole whether the server has all that it can wait for, and has to answer
 * @param allowed the statuses from 500 on that are right for it
 */
public record HostileRequest(String head, byte[] body, boolean isWhole, Set<Integer> allowed) {

	static HostileRequest get(String target, String... headers) {
		return of("GET", target, "", headers);
	}

	/**
	 * A request with a body and its length.
	 */
	static HostileRequest post(String target, String contentType, byte[] body, String... headers) {
		HostileRequest request = of("POST", target,
				"Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n", headers);
		return new HostileRequest(request.head, body, true, Set.of());
	}

	static HostileRequest of(String method, String target, String more, String... headers) {
		StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return new HostileRequest(head.append(more).append("\r\n").toString(), new byte[0], true,
				(target.isEmpty()) ? HostileRequests.UNKNOWN : Set.of());
	}

	/**
	 * The same, which may be answered with a status from 500 on.
	 */
	HostileRequest allowing(Integer... statuses) {
		return new HostileRequest(this.head, this.body, this.isWhole, Set.of(statuses));
	}

	byte[] bytes() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(this.head.getBytes(StandardCharsets.ISO_8859_1));
		bytes.writeBytes(this.body);
		return bytes.toByteArray();
	}

}
