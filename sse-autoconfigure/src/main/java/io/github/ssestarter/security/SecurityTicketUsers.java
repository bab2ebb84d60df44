package io.github.ssestarter.security;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

import io.github.ssestarter.SseLogins;
import io.github.ssestarter.tickets.TicketUser;
import io.github.ssestarter.tickets.TicketUsers;

/**
 * Takes logins of Spring Security to other nodes: the name, the authorities, and when the
 * login ends. The principal there is a {@link User} without a password, whatever it was
 * as the ticket was issued.
 *
 * @since 0.1.0
 */
public final class SecurityTicketUsers implements TicketUsers {

	private final Supplier<SseLogins> logins;

	/**
	 * Creates it.
	 * @param logins knows when logins end; asked for once a ticket is issued
	 */
	public SecurityTicketUsers(Supplier<SseLogins> logins) {
		this.logins = logins;
	}

	@Override
	public TicketUser describe(Principal principal) {
		if (!(principal instanceof Authentication login)) {
			return NAMED.describe(principal);
		}
		List<TicketUser.Authority> authorities = login.getAuthorities()
			.stream()
			.filter((authority) -> authority.getAuthority() != null)
			.map((authority) -> new TicketUser.Authority(authority.getAuthority(), since(authority)))
			.toList();
		return new TicketUser(login.getName(), authorities, this.logins.get().expiresAt(login), kind(login));
	}

	private static TicketUser.Login kind(Authentication login) {
		if (login instanceof RememberMeAuthenticationToken) {
			return TicketUser.Login.REMEMBERED;
		}
		return (SecurityLogins.isByName(login) && login.getPrincipal() instanceof UserDetails)
				? TicketUser.Login.BY_NAME : TicketUser.Login.OTHER;
	}

	private static @Nullable Instant since(GrantedAuthority authority) {
		return (authority instanceof FactorGrantedAuthority factor) ? factor.getIssuedAt() : null;
	}

	@Override
	public Principal restore(TicketUser user) {
		List<GrantedAuthority> authorities = user.authorities().stream().map(SecurityTicketUsers::authority).toList();
		UserDetails principal = new User(user.name(), "", authorities);
		// One who logged in by a name is looked up again, see SecurityLogins
		AbstractAuthenticationToken login = switch (user.login()) {
			case BY_NAME -> UsernamePasswordAuthenticationToken.authenticated(principal, null, authorities);
			case REMEMBERED -> new RememberMeAuthenticationToken("ticket", principal, authorities);
			case OTHER -> new PreAuthenticatedAuthenticationToken(principal, null, authorities);
		};
		Instant end = user.loginEndsAt();
		if (end != null) {
			login.setDetails(new LoginEnd(end));
		}
		return login;
	}

	private static GrantedAuthority authority(TicketUser.Authority authority) {
		Instant since = authority.since();
		return (since != null) ? FactorGrantedAuthority.withAuthority(authority.name()).issuedAt(since).build()
				: new SimpleGrantedAuthority(authority.name());
	}

	/**
	 * The details of a login, where its end is looked for.
	 *
	 * @param expiresAt the end
	 */
	record LoginEnd(Instant expiresAt) {
	}

}
