package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What hostile clients do over HTTP/2, a method for each kind.
 */
public final class Http2Attacks {

	private static final int SILENCE_MILLIS = 100;

	private static final List<Integer> WINDOWS = List.of(0, 1, 100, 65_535, Integer.MAX_VALUE, Integer.MIN_VALUE, -1);

	private Http2Attacks() {
	}

	/**
	 * Headers that are wrong, and those of HTTP/1.1's hostile clients.
	 */
	static void headers(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			int count = 1 + random.nextInt(10);
			for (int i = 0; i < count; i++) {
				boolean hasBody = random.nextInt(4) == 0;
				int stream = connection.request((hasBody) ? 0 : Http2Connection.END_STREAM,
						hostileHeaders(attack, hasBody));
				if (hasBody) {
					connection.frame(Http2Connection.DATA, random.nextInt(2), stream, smallBody(random));
				}
			}
			connection.readAnswers(count, SILENCE_MILLIS);
		}
	}

	private static String[] hostileHeaders(Attack attack, boolean isPost) {
		Random random = attack.random();
		List<String> headers = new ArrayList<>(List.of(":method", (isPost) ? "POST" : "GET", ":scheme", "http", ":path",
				(isPost) ? "/api/broadcast" : HostileText.path(random), ":authority", "localhost", "content-type",
				"application/json"));
		int index = 2 * random.nextInt(headers.size() / 2);
		switch (random.nextInt(6)) {
			case 0 -> headers.subList(index, index + 2).clear();
			case 1 -> headers.addAll(headers.subList(index, index + 2).stream().toList());
			case 2 -> headers.set(index + random.nextInt(2), HostileText.any(random));
			default -> {
			}
		}
		for (int i = random.nextInt(4); i > 0; i--) {
			headers.add(HostileText.oneOf(random,
					List.of("accept", "last-event-id", "sse-client-id", "Upper-Case", "connection", "te", "cookie",
							"content-length", "x-other", "user-agent", "origin", ":unknown", HostileText.any(random))));
			headers.add((random.nextInt(8) == 0) ? attack.loot().clientId() : hostileValue(random));
		}
		return headers.toArray(String[]::new);
	}

	private static String hostileValue(Random random) {
		return switch (random.nextInt(8)) {
			case 0 -> "x".repeat(1 << random.nextInt(16));
			case 1 -> HostileText.any(random);
			case 2 -> HostileText.line(random);
			default -> HostileText.printable(random, random.nextInt(100)).trim();
		};
	}

	/**
	 * Bodies that break off, by a reset of the stream or of the connection.
	 */
	static void bodies(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			int stream = connection.request(0, ":method", "POST", ":scheme", "http", ":path", "/api/broadcast",
					":authority", "localhost", "content-type", "application/json", "accept",
					HostileText.oneOf(random, List.of("*/*", "application/json", "image/png")));
			connection.frame(Http2Connection.DATA, 0, stream, latin("{\"data\":"));
			connection.readAnswers(1, 1 + random.nextInt(20));
			if (random.nextBoolean()) {
				connection.reset(stream, random.nextInt(20));
				connection.readAnswers(1, 1 + random.nextInt(20));
			}
			else {
				end(connection, random);
			}
		}
	}

	/**
	 * Streams that are reset right after they were asked for.
	 */
	static void resets(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			int count = 1 + random.nextInt(40);
			for (int i = 0; i < count; i++) {
				int stream = connection.get(stream(random));
				if (random.nextInt(10) > 0) {
					connection.reset(stream, random.nextInt(20));
				}
				if (random.nextInt(10) == 0) {
					connection.flush();
				}
			}
			connection.readAnswers(random.nextInt(3), SILENCE_MILLIS);
			end(connection, random);
		}
	}

	/**
	 * Windows that are closed, hardly open, too large, and that change under a stream.
	 */
	static void windows(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = new Http2Connection(attack)) {
			connection.setting(Http2Connection.INITIAL_WINDOW_SIZE, HostileText.oneOf(random, WINDOWS.subList(0, 5)));
			int count = 1 + random.nextInt(10);
			for (int i = 0; i < count; i++) {
				connection.get((random.nextInt(4) == 0) ? "/style.css" : stream(random));
			}
			connection.readAnswers(count, SILENCE_MILLIS);
			for (int i = random.nextInt(20); i > 0; i--) {
				if (random.nextInt(4) == 0) {
					connection.setting(Http2Connection.INITIAL_WINDOW_SIZE, HostileText.oneOf(random, WINDOWS));
				}
				else {
					connection.grant(random.nextInt(2 * count + 2), HostileText.oneOf(random, WINDOWS));
				}
			}
			connection.readAnswers(1, SILENCE_MILLIS);
			end(connection, random);
		}
	}

	/**
	 * Floods of the frames that control a connection.
	 */
	static void control(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			connection.get(stream(random));
			int type = HostileText.oneOf(random,
					List.of(Http2Connection.SETTINGS, Http2Connection.PING, Http2Connection.GOAWAY, 2, 5));
			for (int i = random.nextInt(300); i > 0; i--) {
				switch (type) {
					case Http2Connection.SETTINGS ->
						connection.setting(random.nextInt(8), random.nextInt() >>> random.nextInt(32));
					case Http2Connection.PING -> connection.frame(type, random.nextInt(2), 0, new byte[8]);
					case Http2Connection.GOAWAY -> connection.frame(type, 0, 0, new byte[8]);
					default -> connection.frame(type, 4, 1 + 2 * random.nextInt(100), new byte[5]);
				}
			}
			connection.get(stream(random));
			connection.readAnswers(2, SILENCE_MILLIS);
			end(connection, random);
		}
	}

	/**
	 * Frames of any type, size and place, and what is no frame at all.
	 */
	static void garbage(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			connection.get(stream(random));
			if (random.nextBoolean()) {
				connection.readAnswers(1, SILENCE_MILLIS);
			}
			switch (random.nextInt(4)) {
				case 0 -> connection.raw(latin(HostileText.bytes(random, random.nextInt(2000))));
				case 1 -> connection.frame(Http2Connection.HEADERS, Http2Connection.END_HEADERS, 3,
						latin(HostileText.bytes(random, random.nextInt(500))));
				case 2 -> {
					connection.frame(Http2Connection.HEADERS, 0, 3, Http2Connection.block(":method", "GET"));
					for (int i = random.nextInt(100); i > 0; i--) {
						connection.frame(Http2Connection.CONTINUATION, 0, 3,
								Http2Connection.block("a", "b".repeat(1000)));
					}
				}
				default -> {
					for (int i = random.nextInt(50); i > 0; i--) {
						connection.frame(random.nextInt(20), random.nextInt(256),
								random.nextInt() >> random.nextInt(32),
								latin(HostileText.bytes(random, random.nextInt(20))));
					}
				}
			}
			connection.readAnswers(2, SILENCE_MILLIS);
			end(connection, random);
		}
	}

	/**
	 * More streams on a connection than it may have.
	 */
	static void streams(Attack attack) throws IOException {
		Random random = attack.random();
		try (Http2Connection connection = open(attack)) {
			int count = 20 + random.nextInt(150);
			for (int i = 0; i < count; i++) {
				connection.get(stream(random));
			}
			connection.readAnswers(count, SILENCE_MILLIS);
			end(connection, random);
		}
	}

	private static Http2Connection open(Attack attack) throws IOException {
		Http2Connection connection = new Http2Connection(attack);
		connection.frame(Http2Connection.SETTINGS, 0, 0);
		return connection;
	}

	private static void end(Http2Connection connection, Random random) throws IOException {
		switch (random.nextInt(3)) {
			case 0 -> connection.setLinger();
			case 1 -> {
				connection.frame(Http2Connection.GOAWAY, 0, 0, new byte[8]);
				connection.flush();
			}
			default -> {
			}
		}
	}

	private static String stream(Random random) {
		return HostileText.oneOf(random, HostileText.STREAMS);
	}

	private static byte[] smallBody(Random random) {
		byte[] body = HostileBodies.any(random);
		return (body.length < 16_384) ? body : "{}".getBytes(StandardCharsets.US_ASCII);
	}

	private static byte[] latin(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
