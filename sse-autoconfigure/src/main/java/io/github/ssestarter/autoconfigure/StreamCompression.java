package io.github.ssestarter.autoconfigure;

import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.Compression;
import org.springframework.http.MediaType;

/**
 * Which types the web server compresses, and a warning if event streams are among them.
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
		types(compression).stream()
			.filter((type) -> MediaType.TEXT_EVENT_STREAM_VALUE.startsWith(type.toLowerCase(Locale.ROOT)))
			.findFirst()
			.ifPresent((type) -> logger.warn("server.compression covers event streams (by the type '" + type
					+ "'): each open stream of a browser then has a compressor of its own, which takes up to 256 KB"
					+ " outside the heap for as long as the stream is open. Take the type out of server.compression.mime-types and server.compression.additional-mime-types"));
	}

	/**
	 * The types that are compressed: none if nothing is.
	 */
	static List<String> types(@Nullable Compression compression) {
		if (compression == null || !compression.getEnabled()) {
			return List.of();
		}
		try {
			return List.of(compression.getAllMimeTypes());
		}
		catch (NoSuchMethodError ex) {
			// Spring Boot 4.0, which has no server.compression.additional-mime-types
			return List.of(compression.getMimeTypes());
		}
	}

}
