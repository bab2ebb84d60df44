package io.github.ssestarter.sample.testsupport;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bodies for the endpoints that take JSON.
 */
public final class HostileBodies {

	private static final List<String> CONTENT_TYPES = List.of("application/json;charset=nonsense",
			"application/json;charset=UTF-16", "application/json;charset=\"", "application/x-www-form-urlencoded",
			"application/x-www-form-urlencoded;charset=nonsense", "multipart/form-data",
			"multipart/form-data;boundary=x", "multipart/mixed;boundary=", "text/plain", "application/xml", "a/b", "/",
			"*/*", "application/*+json", "application/problem+json", "application/octet-stream", "", ";", "text");

	private static final List<String> BODIES = List.of("", "{", "}", "[]", "null", "1", "\"", "\"text\"", "{}{}", "{]",
			"{'event':'x'}", "{\"event\":\"two\\nlines\",\"data\":1}", "{\"event\":\"\\u0000\"}",
			"{\"event\":{},\"data\":[]}", "{\"event\":[\"a\"]}", "{\"event\":5,\"data\":true}",
			"{\"data\":\"\\ud800\"}", "{\"data\":{\"a\":\"\\udfff\"}}", "{\"data\":{\"\\ud800\":1}}",
			"{\"data\":1e999999999}", "{\"data\":-0}", "{\"data\":NaN}", "{\"data\":\"a\\r\\nid: 1\\r\\n\\r\\n\"}",
			"{\"data\":null,\"data\":1}", "{\"progress\":1e400}", "{\"progress\":2147483648}", "{\"progress\":\"50\"}",
			"{\"progress\":50.9}", "{\"progress\":true}", "{\"progress\":[]}", "{\"taskId\":{\"a\":1}}",
			"{\"text\":\"\"}", "{\"text\":\" \"}", "{\"text\":[\"\"]}", "{\"text\":{}}", "{\"text\":\"\\ud800\"}",
			"{\"text\":null}", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--",
			"--x\r\nContent-Disposition: form-data", "a=%GG&b=%", "a=b&".repeat(2000));

	private HostileBodies() {
	}

	static String contentType(Random random) {
		return (random.nextInt(4) == 0) ? HostileText.line(random) : HostileText.oneOf(random, CONTENT_TYPES);
	}

	static byte[] any(Random random) {
		return switch (random.nextInt(8)) {
			case 0 -> HostileText.any(random).getBytes(StandardCharsets.ISO_8859_1);
			case 1 -> cut(random, json(random));
			case 2 -> nested(random).getBytes(StandardCharsets.ISO_8859_1);
			case 3 -> (random.nextInt(20) == 0) ? huge(random).getBytes(StandardCharsets.ISO_8859_1) : json(random);
			case 4 -> HostileText.oneOf(random, BODIES)
				.getBytes(Charset.forName(HostileText.oneOf(random, List.of("UTF-16", "UTF-32", "UTF-16LE"))));
			case 5 -> json(random);
			default -> HostileText.oneOf(random, BODIES).getBytes(StandardCharsets.ISO_8859_1);
		};
	}

	/**
	 * JSON with fields of the sample's, whose values are whatever.
	 */
	static byte[] json(Random random) {
		StringBuilder json = new StringBuilder("{");
		for (String name : List.of("event", "data", "taskId", "progress", "status", "state", "text", "other")) {
			if (random.nextInt(3) == 0) {
				json.append((json.length() > 1) ? "," : "")
					.append('"')
					.append(name)
					.append("\":")
					.append(value(random));
			}
		}
		return json.append('}').toString().getBytes(StandardCharsets.ISO_8859_1);
	}

	private static String value(Random random) {
		return switch (random.nextInt(7)) {
			case 0 -> Integer.toString(random.nextInt());
			case 1 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
			case 2 -> HostileText.oneOf(random, List.of("true", "false", "null", "[]", "{}", "[[]]", "{\"\":0}"));
			case 3 -> Integer.toString(random.nextInt(101));
			case 4 -> "9".repeat(1 + random.nextInt(1200));
			default -> '"' + HostileText.any(random).replaceAll("[\"\\\\\\x00-\\x1f]", "~") + '"';
		};
	}

	private static String nested(Random random) {
		int depth = 1 << random.nextInt(14);
		String open = HostileText.oneOf(random, List.of("[", "{\"a\":", "[{\"b\":"));
		return "{\"data\":" + open.repeat(depth) + ((random.nextBoolean()) ? "1" + "]".repeat(depth) : "") + "}";
	}

	private static String huge(Random random) {
		int size = 1 << (16 + random.nextInt(6));
		return switch (random.nextInt(3)) {
			case 0 -> "{\"data\":\"" + "x".repeat(size) + "\"}";
			case 1 -> "{\"" + "x".repeat(size) + "\":1}";
			default -> "{\"data\":[" + "0,".repeat(size / 2) + "0]}";
		};
	}

	private static byte[] cut(Random random, byte[] body) {
		return Arrays.copyOf(body, random.nextInt(body.length + 1));
	}

}
