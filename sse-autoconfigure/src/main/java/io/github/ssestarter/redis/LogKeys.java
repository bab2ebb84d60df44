package io.github.ssestarter.redis;

import java.nio.charset.StandardCharsets;

/**
 * Where a log is, and how long it may be.
 *
 * @param log the key of the stream
 * @param publishers the key of what is known of publishers, in the same slot
 * @param maxLength how many entries it keeps at least
 */
record LogKeys(byte[] log, byte[] publishers, long maxLength) {

	static LogKeys of(String key, long maxLength) {
		return new LogKeys(bytes(key), bytes(key + ":publishers"), maxLength);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
