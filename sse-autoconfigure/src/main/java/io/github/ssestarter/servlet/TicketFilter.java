package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.cors.CorsUtils;

import io.github.ssestarter.SseTicketStoreException;
import io.github.ssestarter.tickets.Ticket;
import io.github.ssestarter.tickets.TicketStore;

/**
 * Uses up the ticket in a request's URL, before anything else can refuse the request: one
 * that is in a log is of no use by then. Who opens a stream goes on with what the ticket
 * is good for, as {@link Ticket#ATTRIBUTE}; who asks for anything else with it, or opens
 * a stream with a wrong one, is refused.
 *
 * @since 0.1.0
 */
public final class TicketFilter implements Filter {

	/**
	 * Within Spring Boot's filter that observes requests, so that refusals are counted.
	 */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

	private static final Log logger = LogFactory.getLog(TicketFilter.class);

	/** Of one URL; more are nobody's who means well. */
	private static final int MAX_TOKENS = 4;

	private final TicketStore tickets;

	private final String parameter;

	/**
	 * Creates the filter.
	 * @param tickets those that are not used yet
	 * @param parameter the name of the parameter with the ticket
	 */
	public TicketFilter(TicketStore tickets, String parameter) {
		this.tickets = tickets;
		this.parameter = parameter;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		// A preflight has the URL of the request that comes after it
		List<String> tokens = (CorsUtils.isPreFlightRequest(http)) ? List.of() : tokens(http.getQueryString());
		if (tokens.isEmpty() || isLetPass(http, (HttpServletResponse) response, tokens)) {
			chain.doFilter(request, response);
		}
	}

	private boolean isLetPass(HttpServletRequest request, HttpServletResponse response, List<String> tokens) {
		boolean opensStream = StreamRequests.opensStream(request);
		List<Ticket> tickets;
		try {
			tickets = take(tokens);
		}
		catch (SseTicketStoreException ex) {
			if (opensStream) {
				new Problem(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(ex.getMessage())).answer(request, response,
						logger);
			}
			return !opensStream;
		}
		if (tickets.isEmpty() && !opensStream) {
			// Not ours: others may have such a parameter too
			return true;
		}
		if (!opensStream) {
			new Problem(HttpStatus.FORBIDDEN, "A ticket opens a stream, by GET with 'Accept: text/event-stream', and"
					+ " nothing else. It is used up now")
				.answer(request, response, logger);
			return false;
		}
		if (tickets.isEmpty() || tokens.size() > 1) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Ticket");
			new Problem(HttpStatus.UNAUTHORIZED, "The ticket in the parameter '" + this.parameter
					+ "' (sse.tickets.parameter) is not known, was used before, or is too old: a stream needs one new"
					+ " ticket each time it is opened")
				.answer(request, response, logger);
			return false;
		}
		request.setAttribute(Ticket.ATTRIBUTE, tickets.get(0));
		return true;
	}

	/**
	 * All of them, whatever comes of it.
	 */
	private List<Ticket> take(List<String> tokens) {
		return tokens.stream()
			.limit(MAX_TOKENS)
			.map((token) -> this.tickets.take(Ticket.keyOf(token)))
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * Those of the URL alone: to ask for a parameter could mean to read the body.
	 */
	private List<String> tokens(@Nullable String query) {
		if (query == null) {
			return List.of();
		}
		List<String> tokens = new ArrayList<>();
		for (String pair : StringUtils.tokenizeToStringArray(query, "&")) {
			int value = this.parameter.length() + 1;
			if (pair.startsWith(this.parameter) && pair.length() > value && pair.charAt(value - 1) == '=') {
				tokens.add(pair.substring(value));
			}
		}
		return tokens;
	}

}
