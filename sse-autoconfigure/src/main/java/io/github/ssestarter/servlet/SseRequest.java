package io.github.ssestarter.servlet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

import io.github.ssestarter.backplane.WireId;

/**
 * Reads what a request says about its stream. All of it is untrusted.
 *
 * @since 0.1.0
 */
public final class SseRequest {

	private static final Log logger = LogFactory.getLog(SseRequest.class);

	static final String CLIENT_ID_HEADER = "Sse-Client-Id";

	private static final String LAST_EVENT_ID_HEADER = "Last-Event-ID";

	private static final String LAST_EVENT_ID_PARAMETER = "lastEventId";

	private static final String HEARTBEAT_PARAMETER = "heartbeat";

	private final String clientIdParameter;

	private final int maxClientIdLength;

	private final int maxLastEventIdLength;

	private final HeartbeatBounds heartbeatBounds;

	/**
	 * Creates a reader of requests.
	 * @param clientIdParameter the name of the parameter with the client's id
	 * @param maxClientIdLength how many characters a client id may have; a longer one
	 * counts as none
	 * @param maxLastEventIdLength how many characters the last event id may have, beside
	 * its position in the log; a longer one is cut, and so is one that nobody knows
	 * @param heartbeatBounds between which a client may choose
	 */
	public SseRequest(String clientIdParameter, int maxClientIdLength, int maxLastEventIdLength,
			HeartbeatBounds heartbeatBounds) {
		this.clientIdParameter = clientIdParameter;
		this.maxClientIdLength = maxClientIdLength;
		this.maxLastEventIdLength = maxLastEventIdLength;
		this.heartbeatBounds = heartbeatBounds;
	}

	/**
	 * Refuses a request whose client cannot take an event stream.
	 */
	static void requireAcceptable(HttpServletRequest request) throws HttpMediaTypeNotAcceptableException {
		String accept = String.join(", ", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
		if (!StringUtils.hasText(accept)) {
			return;
		}
		try {
			// The most specific one counts, whatever the others allow
			MediaType range = MediaType.parseMediaTypes(accept)
				.stream()
				.filter((type) -> type.includes(MediaType.TEXT_EVENT_STREAM))
				.max(Comparator.comparingInt(SseRequest::specificity).thenComparing(MediaType::getQualityValue))
				.orElse(null);
			if (range != null && range.getQualityValue() > 0) {
				return;
			}
		}
		catch (InvalidMediaTypeException ex) {
			throw new HttpMediaTypeNotAcceptableException(
					"The header Accept cannot be read: " + ex.getMediaType() + ": " + ex.getMessage());
		}
		throw new HttpMediaTypeNotAcceptableException(List.of(MediaType.TEXT_EVENT_STREAM));
	}

	private static int specificity(MediaType range) {
		if (range.isWildcardType()) {
			return 0;
		}
		return (range.isWildcardSubtype()) ? 1 : 2;
	}

	/**
	 * The client id that a request presents.
	 */
	@Nullable String clientId(HttpServletRequest request) {
		String id = request.getHeader(CLIENT_ID_HEADER);
		if (id == null) {
			id = parameter(request, this.clientIdParameter);
		}
		return (id != null && !id.isEmpty() && id.length() <= this.maxClientIdLength) ? id : null;
	}

	/**
	 * The last event that a client says it received.
	 */
	@Nullable String lastEventId(HttpServletRequest request) {
		String id = decode(request.getHeader(LAST_EVENT_ID_HEADER));
		if (id == null) {
			id = parameter(request, LAST_EVENT_ID_PARAMETER);
		}
		if (id == null || id.isEmpty()) {
			return null;
		}
		int max = WireId.MAX_POSITION_LENGTH + this.maxLastEventIdLength;
		return (id.length() <= max) ? id : id.substring(0, max);
	}

	/**
	 * After how long without a write a client wants a heartbeat, within the bounds:
	 * {@code ?heartbeat=10s}, or a number of milliseconds.
	 * @return the interval, {@code null} if it does not say, or not in words that can be
	 * read
	 */
	@Nullable Duration heartbeatInterval(HttpServletRequest request) {
		String text = parameter(request, HEARTBEAT_PARAMETER);
		if (text == null) {
			return null;
		}
		try {
			return this.heartbeatBounds.nearest(DurationStyle.detectAndParse(text));
		}
		catch (RuntimeException ex) {
			logger.debug("A client asks for heartbeats in words that cannot be read: " + ex.getMessage());
			return null;
		}
	}

	private static @Nullable String parameter(HttpServletRequest request, String name) {
		String[] values = parameters(request, name);
		return (values != null) ? values[0] : null;
	}

	/**
	 * The values of a parameter, as they are. Where the query cannot be decoded there are
	 * none, whatever the container throws then: a stream has to open all the same.
	 */
	static String @Nullable [] parameters(HttpServletRequest request, String name) {
		try {
			return request.getParameterValues(name);
		}
		catch (RuntimeException ex) {
			logger.debug("The parameters of a request cannot be read: " + ex);
			return null;
		}
	}

	/**
	 * Reads a header as UTF-8, which the HTML standard has browsers send this one in;
	 * containers read headers as ISO-8859-1.
	 */
	private static @Nullable String decode(@Nullable String header) {
		if (header == null || header.chars().anyMatch((c) -> c > 0xFF)) {
			return header;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
				.toString();
		}
		catch (CharacterCodingException ex) {
			return header;
		}
	}

	/**
	 * Between which intervals of heartbeats a client may choose.
	 *
	 * @param min the shortest
	 * @param max the longest
	 */
	public record HeartbeatBounds(Duration min, Duration max) {

		Duration nearest(Duration wanted) {
			Duration atLeast = (wanted.compareTo(this.min) < 0) ? this.min : wanted;
			return (atLeast.compareTo(this.max) > 0) ? this.max : atLeast;
		}

	}

}
