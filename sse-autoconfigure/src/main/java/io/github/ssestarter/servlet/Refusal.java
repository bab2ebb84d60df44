package io.github.ssestarter.servlet;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.random.RandomGenerator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.notice.Limit;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * Refuses a stream that there is no room for, so that its client comes back later.
 *
 * @since 0.1.0
 */
public final class Refusal {

	private static final Log logger = LogFactory.getLog(Refusal.class);

	private final SseEventFormatter formatter;

	private final StreamHeaders headers;

	private final String busyName;

	private final Duration retry;

	private final Duration minAtShutdown;

	private final RandomGenerator random;

	/**
	 * Creates a refusal.
	 * @param formatter formats the event that an {@code EventSource} gets
	 * @param headers the headers of streams
	 * @param busyName the name of that event
	 * @param retry when to come back at the earliest; at the latest after twice as long
	 * @param minAtShutdown the same while the application stops, if that is later
	 * @param random spreads those who come back
	 */
	public Refusal(SseEventFormatter formatter, StreamHeaders headers, String busyName, Duration retry,
			Duration minAtShutdown, RandomGenerator random) {
		this.formatter = formatter;
		this.headers = headers;
		this.busyName = busyName;
		this.retry = retry;
		this.minAtShutdown = minAtShutdown;
		this.random = random;
	}

	/**
	 * Answers a request. An {@code EventSource} ends for good on any status but 200 (HTML
	 * standard, section 9.2.3), so it gets a stream that tells it when to come back, and
	 * ends; so does htmx. To others such a stream would be all that there is to hear:
	 * they get a status and {@code Retry-After}. The connection is closed, so that those
	 * who wait keep none. An answer that is committed stands.
	 * @param knownWithin when it is worth to ask again, if that is before the usual time;
	 * {@code null} if it is not known
	 */
	void answer(HttpServletRequest request, HttpServletResponse response, Limit limit, @Nullable Duration knownWithin) {
		if (!response.isCommitted()) {
			try {
				write(request, response, limit, knownWithin);
			}
			catch (IOException ex) {
				logger.debug("The client has gone before it was refused: " + ex);
			}
		}
	}

	private void write(HttpServletRequest request, HttpServletResponse response, Limit limit,
			@Nullable Duration knownWithin) throws IOException {
		Duration wait = wait(limit, knownWithin);
		if (request.getProtocol().startsWith("HTTP/1")) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
		if (comesBackAfterAnEnd(request)) {
			this.headers.prepare(response);
			response.getOutputStream().write(this.formatter.format(SseEvent.of(this.busyName, "{}").retry(wait)));
			response.flushBuffer();
		}
		else {
			StreamHeaders.keepFromCaches(response);
			response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.plusMillis(999).toSeconds()));
			// Not sendError, whose page the filter chain may have something against
			response.setStatus(status(limit).value());
			// RESTEasy keeps the connection of an error whose end it has to wait for
			response.setContentLength(0);
			response.flushBuffer();
		}
	}

	private Duration wait(Limit limit, @Nullable Duration knownWithin) {
		if (knownWithin != null && knownWithin.compareTo(this.retry) < 0) {
			return spread(knownWithin, knownWithin.dividedBy(3));
		}
		boolean isLater = limit == Limit.SHUTDOWN && this.minAtShutdown.compareTo(this.retry) > 0;
		return spread((isLater) ? this.minAtShutdown : this.retry, this.retry);
	}

	private Duration spread(Duration min, Duration range) {
		return min.plusMillis(this.random.nextLong(range.toMillis() + 1));
	}

	/**
	 * 429 (RFC 6585) where it is the client that asks for too much.
	 */
	private static HttpStatus status(Limit limit) {
		return switch (limit) {
			case DUPLICATE_CLIENT -> HttpStatus.CONFLICT;
			case STREAMS_PER_USER, STREAMS_PER_ADDRESS, CONNECTS_PER_SECOND -> HttpStatus.TOO_MANY_REQUESTS;
			case SHUTDOWN, ATTACHED, STREAMS -> HttpStatus.SERVICE_UNAVAILABLE;
		};
	}

	/**
	 * Whether a client takes the end of a stream for "come back". The standard has
	 * {@code EventSource} ask for an event stream and nothing else, past all caches;
	 * fetch, and what is built on it, sends {@code Sec-Fetch-Mode} and the browser's
	 * {@code User-Agent} as well, but does not do that unless told to.
	 */
	static boolean comesBackAfterAnEnd(HttpServletRequest request) {
		String accept = header(request, HttpHeaders.ACCEPT);
		boolean isHtmx = request.getHeader("HX-Request") != null && accept.contains(MediaType.TEXT_EVENT_STREAM_VALUE);
		boolean isEventSource = accept.equals(MediaType.TEXT_EVENT_STREAM_VALUE)
				&& header(request, HttpHeaders.CACHE_CONTROL).contains("no-cache");
		return HttpMethod.GET.matches(request.getMethod()) && (isHtmx || isEventSource);
	}

	/** In lower case, since a proxy may have changed it; empty if there is none. */
	private static String header(HttpServletRequest request, String name) {
		return String.join(", ", Collections.list(request.getHeaders(name))).strip().toLowerCase(Locale.ROOT);
	}

}
