package io.github.ssestarter.sample.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Hostile requests over HTTP/1.1, a method for each kind.
 */
public final class HostileRequests {

	private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE", "CONNECT", "PROPFIND", "get", "G", "GET/", "PRI", "\u00e9", "A-B_C!#$%&'*+.^`|~");

	private static final List<String> ACCEPTS = List.of("*/*", "text/event-stream", "text/*;q=0",
			"text/event-stream;q=0", "text/event-stream;q=NaN", "text/event-stream;q=9", "text/event-stream;charset=x",
			"a/b,,,", "/", "*", "*/b", "text", "text/", "application/json", "image/png, */*;q=0", "text/html;a=\"", ";",
			",", "text/event-stream\t");

	private static final List<String> NUMBERS = List.of("", "0", "-1", "1", "2", "ten", "1e3", "0x10", "+1", " 1",
			"1.5", "1001", "60001", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
			"9223372036854775808", "-9223372036854775808", "NaN", "%00", "1%00", "\u00d9\u00a3", "9".repeat(3000));

	/** The statuses for transfer codings and for versions that a server does not know. */
	static final Set<Integer> UNKNOWN = Set.of(501, 505);

	private HostileRequests() {
	}

	static HostileRequest method(Random random, Loot loot) {
		String method = (random.nextInt(4) == 0) ? HostileText.line(random).replace(' ', 'x')
				: HostileText.oneOf(random, METHODS);
		return HostileRequest.of(method, HostileText.path(random), "").allowing(501, 505);
	}

	/**
	 * Random bytes in headers and in the query.
	 */
	static HostileRequest header(Random random, Loot loot) {
		String[] headers = new String[1 + random.nextInt(5)];
		for (int i = 0; i < headers.length; i++) {
			headers[i] = HostileText.oneOf(random,
					List.of("User-Agent", "Cookie", "Origin", "Range", "If-Modified-Since", "If-None-Match",
							"Accept-Language", "Accept-Encoding", "Accept-Charset", "Sec-Fetch-Mode", "X-Forwarded-For",
							"Forwarded", "Authorization", "Access-Control-Request-Method", "Connection", "Upgrade",
							"X-HTTP-Method-Override", "TE", "Host", HostileText.line(random)))
					+ ": " + ((random.nextInt(10) == 0) ? HostileText.any(random) : HostileText.line(random));
		}
		return HostileRequest.get(HostileText.path(random) + "?" + HostileText.query(random), headers);
	}

	/**
	 * Headers and queries that are too many or too large.
	 */
	static HostileRequest large(Random random, Loot loot) {
		int size = 1 << (6 + random.nextInt(11));
		String path = HostileText.oneOf(random, HostileText.STREAMS);
		return switch (random.nextInt(4)) {
			case 0 -> HostileRequest.get(path, "X-Large: " + "x".repeat(size));
			case 1 -> HostileRequest.get(path, "X-Many: x\r\n".repeat(size / 16) + "X-Last: x");
			case 2 -> HostileRequest.get(path + "?" + "a=b&".repeat(size / 16));
			default -> HostileRequest.get(path + "?topic=" + "x".repeat(size));
		};
	}

	static HostileRequest accept(Random random, Loot loot) {
		String accept = "Accept: "
				+ ((random.nextInt(3) == 0) ? HostileText.line(random) : HostileText.oneOf(random, ACCEPTS));
		if (random.nextInt(3) == 0) {
			HostileRequest post = body(random, loot);
			return HostileRequest.post(HostileText.oneOf(random, List.of("/api/broadcast", "/api/broadcast/progress")),
					"application/json", post.body(), accept);
		}
		return HostileRequest.get(HostileText.path(random), accept, (random.nextBoolean()) ? accept : "Accept: a/b");
	}

	static HostileRequest lastEventId(Random random, Loot loot) {
		String id = (random.nextInt(4) == 0) ? spoiled(random, loot.lastEventId()) : HostileText.line(random);
		String path = HostileText.oneOf(random, HostileText.STREAMS);
		return switch (random.nextInt(3)) {
			case 0 -> HostileRequest.get(path, "Last-Event-ID: " + id);
			case 1 -> HostileRequest.get(path + "?lastEventId=" + HostileText.query(random), "Last-Event-ID: " + id);
			default -> HostileRequest.get(path + "?lastEventId=" + HostileText.query(random));
		};
	}

	/**
	 * Client ids: made up, forged, taken from others, with streams and with posts.
	 */
	static HostileRequest clientId(Random random, Loot loot) {
		String id = switch (random.nextInt(4)) {
			case 0 -> loot.clientId();
			case 1 -> spoiled(random, loot.clientId());
			case 2 -> "x".repeat(150 + random.nextInt(100)) + "." + loot.clientId();
			default -> HostileText.line(random);
		};
		String query = (random.nextBoolean()) ? "?clientId=" + HostileText.query(random) : "";
		if (random.nextInt(3) == 0) {
			return HostileRequest.post("/reply" + query, "application/json", HostileBodies.json(random),
					"Sse-Client-Id: " + id);
		}
		String path = HostileText.oneOf(random, HostileText.STREAMS) + query;
		return (random.nextBoolean()) ? HostileRequest.get(path, "Sse-Client-Id: " + id) : HostileRequest.get(path);
	}

	static HostileRequest topic(Random random, Loot loot) {
		StringBuilder query = new StringBuilder("?");
		for (int i = random.nextInt(8); i >= 0; i--) {
			query.append("topic")
				.append(HostileText.oneOf(random, List.of("", "[]", "%00", ".x")))
				.append('=')
				.append((random.nextInt(4) == 0) ? "messages" : HostileText.query(random))
				.append('&');
		}
		return HostileRequest.get(HostileText.oneOf(random, HostileText.STREAMS) + query);
	}

	static HostileRequest body(Random random, Loot loot) {
		String path = HostileText.oneOf(random, List.of("/api/broadcast", "/api/broadcast/progress", "/reply"));
		String clientId = "Sse-Client-Id: " + loot.clientId();
		if (random.nextInt(4) == 0) {
			return HostileRequest.post(path, HostileBodies.contentType(random), HostileBodies.any(random), clientId);
		}
		return HostileRequest.post(path, "application/json", HostileBodies.any(random), clientId);
	}

	static HostileRequest number(Random random, Loot loot) {
		return HostileRequest.get("/sse?count=" + HostileText.oneOf(random, NUMBERS) + "&intervalMs="
				+ ((random.nextInt(50) == 0) ? HostileText.oneOf(random, NUMBERS) : "1")
				+ ((random.nextInt(4) == 0) ? "&count=" + HostileText.query(random) : ""));
	}

	/**
	 * Where a request ends and another begins, and which version it has. 501 and 505 are
	 * what RFC 9112, section 6.1, and RFC 9110, section 15.6.6, have servers say of
	 * transfer codings and versions that they do not know.
	 */
	static HostileRequest framing(Random random, Loot loot) {
		String path = HostileText.oneOf(random, List.of("/api/broadcast", "/reply", "/sse/broadcast"));
		byte[] chunks = HostileText.oneOf(random,
				List.of("2\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n{}", "-1\r\n", "2;x=\"\r\n{}\r\n0\r\nA: b\r\n\r\n",
						"0\r\nX: " + "x".repeat(10_000) + "\r\n\r\n", "2\r\n{}", HostileText.any(random)))
			.getBytes(StandardCharsets.ISO_8859_1);
		String head = switch (random.nextInt(8)) {
			case 0 -> "Transfer-Encoding: chunked\r\n";
			case 1 -> "Transfer-Encoding: " + HostileText.line(random) + "\r\n";
			case 2 -> "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n";
			case 3 -> "Content-Length: " + HostileText.oneOf(random, NUMBERS) + "\r\n";
			case 4 -> "Content-Length: 2\r\nContent-Length: 3\r\n";
			case 5 -> "Expect: 100-continue\r\nContent-Length: " + chunks.length + "\r\n";
			case 6 -> "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
					+ HostileText.line(random) + "\r\n";
			default -> "";
		};
		HostileRequest request = HostileRequest.of("POST", path, "Content-Type: application/json\r\n" + head);
		String text = request.head();
		if (random.nextInt(4) == 0) {
			text = text.replaceFirst("HTTP/1.1", HostileText.oneOf(random,
					List.of("HTTP/1.0", "HTTP/0.9", "HTTP/3.0", "HTTP/11", "HTTPS/1.1", "", "http/1.1", "HTTP/1.1 x")));
		}
		return new HostileRequest(text, chunks, false, UNKNOWN);
	}

	/**
	 * Several requests at once.
	 */
	static HostileRequest pipelined(Random random, Loot loot) {
		StringBuilder requests = new StringBuilder();
		for (int i = random.nextInt(5); i >= 0; i--) {
			requests.append(lastEventId(random, loot).head());
		}
		return new HostileRequest(requests.toString(), body(random, loot).bytes(), false, Set.of());
	}

	private static String spoiled(Random random, String id) {
		StringBuilder text = new StringBuilder(id);
		text.setCharAt(random.nextInt(id.length()), (char) ('!' + random.nextInt(90)));
		return text.toString();
	}

}
