package io.github.ssestarter.test;

import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * Status and headers of a response.
 *
 * @param status the status code
 * @param headers the values by header name, which is looked up in any case
 */
record ResponseHead(int status, Map<String, List<String>> headers) {

	private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.\\d (\\d{3})( .*)?");

	static ResponseHead parse(List<String> lines) throws ProtocolException {
		Matcher statusLine = STATUS_LINE.matcher(lines.get(0));
		if (!statusLine.matches()) {
			throw new ProtocolException("Not a status line of HTTP/1.1: " + lines.get(0));
		}
		Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line : lines.subList(1, lines.size())) {
			int colon = line.indexOf(':');
			if (colon < 1) {
				throw new ProtocolException("Not a header: " + line);
			}
			headers.computeIfAbsent(line.substring(0, colon), (name) -> new ArrayList<>(1))
				.add(line.substring(colon + 1).strip());
		}
		headers.replaceAll((name, values) -> List.copyOf(values));
		return new ResponseHead(Integer.parseInt(statusLine.group(1)), Collections.unmodifiableMap(headers));
	}

	@Nullable String header(String name) {
		List<String> values = this.headers.get(name);
		return (values != null) ? values.get(0) : null;
	}

	/**
	 * Return whether a browser would take this for an event stream.
	 * @return whether events follow
	 */
	boolean isEventStream() {
		String type = header("Content-Type");
		return this.status == 200 && type != null
				&& type.split(";", 2)[0].strip().equalsIgnoreCase("text/event-stream");
	}

	Charset charset() {
		try {
			String type = header("Content-Type");
			Charset charset = (type != null) ? MimeType.valueOf(type).getCharset() : null;
			return (charset != null) ? charset : StandardCharsets.UTF_8;
		}
		catch (InvalidMimeTypeException ex) {
			return StandardCharsets.UTF_8;
		}
	}

	@Override
	public String toString() {
		String type = header("Content-Type");
		return this.status + " " + ((type != null) ? type : "without a content type");
	}

}
