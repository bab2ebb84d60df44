package io.github.ssestarter.sample.testsupport;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * What hostile requests are made of. All texts are bytes, as ISO-8859-1 has them.
 */
public final class HostileText {

	static final List<String> STREAMS = List.of("/sse/broadcast", "/sse/broadcast/progress", "/scopes/global",
			"/reply/stream");

	/** Those whose method ends the stream, or takes a body. */
	private static final List<String> OTHERS = List.of("/sse?count=2&intervalMs=1", "/reply", "/api/broadcast",
			"/api/broadcast/progress");

	private static final List<String> FILES = List.of("/", "/index.html", "/style.css", "/broadcast.js", "/favicon.svg",
			"/actuator", "/sse/", "//sse", "/sse;a=b", "/sse%2Fbroadcast", "/./sse", "/sse/../sse",
			"/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cx", "/%00", "/style.css%00.html", "/%", "/%zz", "/a%0d%0ab",
			"/\u00c3\u00a9", "/{id}", "/[", "/a b", "*", "http://other.example/sse", "sse", "", "/WEB-INF/web.xml",
			"/META-INF/MANIFEST.MF", "/static/../application.yml");

	private static final List<String> NASTY = List.of("", " ", "*", "**", "%", "%0", "%GG", "%00", "%0d%0a",
			"%0D%0AX: y", "%c0%af", "%ff%fe", "%ed%a0%80", "%F0%9F%98%80", "../..", "/", "//", "a/b", "messages/*",
			"{*rest}", "?", "messages", "progress", "messages,progress", "${jndi:x}", "#{1/0}", "<script>",
			"' or 1=1--", "null", "NaN", "-1", "0", "1763624000000-5.k3f9",
			"9223372036854775807-9223372036854775807.zzzz", "-.", ".", "a.b", "\u0000", "\u0001\u007f", "\t",
			"\u00c3\u00a9", "\u00e9", "\u00ff\u00fe", "\u00ef\u00bb\u00bf", ";", "&&&", "===", "+");

	private HostileText() {
	}

	static <T> T oneOf(Random random, List<T> values) {
		return values.get(random.nextInt(values.size()));
	}

	/**
	 * Anything, with whatever bytes.
	 */
	static String any(Random random) {
		return switch (random.nextInt(6)) {
			case 0 -> bytes(random, random.nextInt(50));
			case 1 -> printable(random, random.nextInt(300));
			case 2 -> oneOf(random, NASTY) + bytes(random, random.nextInt(5));
			case 3 -> percent(random, random.nextInt(30));
			case 4 -> oneOf(random, NASTY).repeat(1 + random.nextInt(20));
			default -> oneOf(random, NASTY);
		};
	}

	/**
	 * Anything that does not end the line.
	 */
	static String line(Random random) {
		return any(random).replaceAll("[\r\n\u0000]", "~");
	}

	/**
	 * Anything that a query may hold without an end to the request line.
	 */
	static String query(Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> encoded(any(random));
			case 1 -> percent(random, random.nextInt(30));
			case 2 -> encoded(printable(random, random.nextInt(2000)));
			default -> line(random).replace(' ', '+');
		};
	}

	static String bytes(Random random, int count) {
		byte[] bytes = new byte[count];
		random.nextBytes(bytes);
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	static String printable(Random random, int count) {
		return random.ints(count, ' ', 0x7F)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	/**
	 * Percent signs, sometimes with two digits behind them.
	 */
	static String percent(Random random, int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append('%');
			text.append((random.nextInt(5) == 0) ? "x" : String.format("%02X", random.nextInt(256)));
		}
		return text.toString();
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.ISO_8859_1);
	}

	/**
	 * A path of the sample, mostly of a stream.
	 */
	static String path(Random random) {
		return switch (random.nextInt(20)) {
			case 0, 1, 2, 3 -> oneOf(random, OTHERS);
			case 4, 5, 6 -> oneOf(random, FILES);
			case 7 -> "/" + line(random).replace(' ', '+');
			default -> oneOf(random, STREAMS);
		};
	}

}
