package io.github.ssestarter.servlet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * The headers by which proxies, caches and browsers know a stream, and leave it alone.
 *
 * @since 0.1.0
 */
public final class StreamHeaders {

	/** A stream that nobody has encoded, and nobody is to encode. */
	static final String IDENTITY = "identity";

	/** The filter that adds its headers as the response is committed, where none are. */
	private static final String SECURITY_WRAPPER = "org.springframework.security.web.header.HeaderWriterFilter$";

	private static final List<String> SECURITY_DIRECTIVES = List.of("no-cache", "no-store", "max-age=0",
			"must-revalidate");

	private static final List<String> DIRECTIVES = List.of("no-store", "no-transform");

	private final boolean isIdentity;

	/**
	 * Creates the headers.
	 * @param isIdentity whether streams say by {@code Content-Encoding: identity} that
	 * nobody is to compress them
	 */
	public StreamHeaders(boolean isIdentity) {
		this.isIdentity = isIdentity;
	}

	/**
	 * Makes a response a stream.
	 */
	void prepare(HttpServletResponse response) {
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		String type = response.getContentType();
		if (type != null && type.toLowerCase(Locale.ROOT).contains("charset")) {
			// Somebody has forced another one upon all responses
			response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		}
		keepFromCaches(response);
		response.setHeader("X-Accel-Buffering", "no");
		if (this.isIdentity && !response.containsHeader(HttpHeaders.CONTENT_ENCODING)) {
			response.setHeader(HttpHeaders.CONTENT_ENCODING, IDENTITY);
		}
	}

	/**
	 * Lets nobody store an answer, which is for one client and one moment, or change it.
	 * What the application has said about caches stays.
	 */
	static void keepFromCaches(HttpServletResponse response) {
		List<String> values = new ArrayList<>(response.getHeaders(HttpHeaders.CACHE_CONTROL));
		if (values.isEmpty() && isWrittenToBySpringSecurity(response)) {
			// It adds nothing where it finds ours
			values.addAll(SECURITY_DIRECTIVES);
			setIfAbsent(response, HttpHeaders.PRAGMA, "no-cache");
			setIfAbsent(response, HttpHeaders.EXPIRES, "0");
		}
		Set<String> known = new LinkedHashSet<>();
		for (String value : values) {
			Arrays.stream(value.toLowerCase(Locale.ROOT).split(",")).map(String::strip).forEach(known::add);
		}
		DIRECTIVES.stream().filter((directive) -> !known.contains(directive)).forEach(values::add);
		response.setHeader(HttpHeaders.CACHE_CONTROL, String.join(", ", values));
	}

	private static void setIfAbsent(HttpServletResponse response, String name, String value) {
		if (!response.containsHeader(name)) {
			response.setHeader(name, value);
		}
	}

	private static boolean isWrittenToBySpringSecurity(ServletResponse response) {
		ServletResponse wrapped = response;
		while (wrapped instanceof ServletResponseWrapper wrapper) {
			if (wrapped.getClass().getName().startsWith(SECURITY_WRAPPER)) {
				return true;
			}
			wrapped = wrapper.getResponse();
		}
		return false;
	}

}
