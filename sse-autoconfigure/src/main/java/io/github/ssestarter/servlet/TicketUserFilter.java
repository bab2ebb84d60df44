package io.github.ssestarter.servlet;

import java.io.IOException;
import java.security.Principal;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

import io.github.ssestarter.tickets.Ticket;

/**
 * Makes the user of its ticket that of a request which has none: one of the last filters,
 * by which it is known who is logged in, in whatever way. A stream of another user is
 * refused as it is opened, see {@link TicketUserException}.
 *
 * @since 0.1.0
 */
public final class TicketUserFilter implements Filter {

	/** With those that have no order, after all others. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE;

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		if (http.getAttribute(Ticket.ATTRIBUTE) instanceof Ticket ticket && http.getUserPrincipal() == null) {
			chain.doFilter(new TicketRequest(http, ticket.principal()), response);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/**
	 * A request of a ticket's user.
	 */
	private static final class TicketRequest extends HttpServletRequestWrapper {

		private final Principal user;

		TicketRequest(HttpServletRequest request, Principal user) {
			super(request);
			this.user = user;
		}

		@Override
		public Principal getUserPrincipal() {
			return this.user;
		}

		@Override
		public @Nullable String getRemoteUser() {
			return this.user.getName();
		}

	}

}
