package io.github.ssestarter.autoconfigure;

import java.util.Arrays;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.Compression;
import org.springframework.http.MediaType;

/**
 * Warns if the web server compresses event streams.
 */
final class StreamCompression {

	private static final Log logger = LogFactory.getLog(StreamCompression.class);

	private StreamCompression() {
	}

	/**
	 * Looks whether the types that are compressed cover event streams; Tomcat compares
	 * their beginning.
	 */
	static void check(@Nullable Compression compression) {
		if (compression == null || !compression.getEnabled()) {
			return;
		}
		Arrays.stream(compression.getAllMimeTypes())
			.filter((type) -> MediaType.TEXT_EVENT_STREAM_VALUE.startsWith(type.toLowerCase(Locale.ROOT)))
			.findFirst()
			.ifPresent((type) -> logger.warn("server.compression covers event streams (by the type '" + type
					+ "'): each open stream of a browser then has a compressor of its own, which takes up to 256 KB"
					+ " outside the heap for as long as the stream is open. Take the type out of server.compression.mime-types and server.compression.additional-mime-types"));
	}

}
