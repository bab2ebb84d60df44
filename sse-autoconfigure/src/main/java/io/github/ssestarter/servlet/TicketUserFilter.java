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
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;

import io.github.ssestarter.tickets.Ticket;

/**
 * Makes the user of its ticket that of a request which has none, and refuses one that has
 * another: the last filter, which knows who is logged in, in whatever way.
 *
 * @since 0.1.0
 */
public final class TicketUserFilter implements Filter {

	/** After all others. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE;

	private static final Log logger = LogFactory.getLog(TicketUserFilter.class);

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		if (!(http.getAttribute(Ticket.ATTRIBUTE) instanceof Ticket ticket)) {
			chain.doFilter(request, response);
			return;
		}
		Principal user = http.getUserPrincipal();
		if (user == null) {
			chain.doFilter(new TicketRequest(http, ticket.principal()), response);
		}
		else if (ticket.principal().getName().equals(user.getName())) {
			chain.doFilter(request, response);
		}
		else {
			new Problem(HttpStatus.FORBIDDEN,
					"The ticket is for another user than the one who is logged in. It is" + " used up now")
				.answer(http, (HttpServletResponse) response, logger);
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
