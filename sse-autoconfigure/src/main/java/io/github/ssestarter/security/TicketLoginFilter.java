package io.github.ssestarter.security;

import java.io.IOException;
import java.security.Principal;
import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.context.TransientSecurityContext;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;

import io.github.ssestarter.tickets.Ticket;

/**
 * Logs in the user of a request's ticket, for this request alone, where nobody is logged
 * in: within the filter chain, after all that could find a login, and before that is
 * asked for.
 *
 * @since 0.1.0
 */
public final class TicketLoginFilter implements Filter {

	private final SecurityContextHolderStrategy holder;

	/** Never a session: for a further dispatch of the same request. */
	private final SecurityContextRepository requests = new RequestAttributeSecurityContextRepository();

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	/**
	 * Creates the filter.
	 * @param holder has the context of each thread
	 */
	public TicketLoginFilter(SecurityContextHolderStrategy holder) {
		this.holder = holder;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getAttribute(Ticket.ATTRIBUTE) instanceof Ticket ticket
				&& isNobody(this.holder.getContext().getAuthentication())) {
			// Where requireExplicitSave is off, whoever is logged in at the end is saved
			SecurityContext context = new TransientSecurityContext(login(ticket.principal()));
			this.holder.setContext(context);
			this.requests.saveContext(context, (HttpServletRequest) request, (HttpServletResponse) response);
		}
		chain.doFilter(request, response);
	}

	private boolean isNobody(@Nullable Authentication login) {
		return login == null || this.trust.isAnonymous(login);
	}

	private static Authentication login(Principal principal) {
		return (principal instanceof Authentication login) ? login
				: UsernamePasswordAuthenticationToken.authenticated(principal, null, List.of());
	}

}
