package io.github.ssestarter.security;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AccountStatusException;
import org.springframework.security.authentication.AccountStatusUserDetailsChecker;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsChecker;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;

import io.github.ssestarter.SseLogins;

/**
 * What Spring Security knows of a login: when its token expires, and which authorities
 * its user has now.
 *
 * @since 0.1.0
 */
public final class SecurityLogins implements SseLogins {

	private static final Log logger = LogFactory.getLog(SecurityLogins.class);

	/**
	 * For how long after its end Spring Security accepts a token, unless told otherwise.
	 */
	private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

	private final @Nullable UserDetailsService users;

	private final AtomicBoolean isWarned = new AtomicBoolean();

	private final UserDetailsChecker checker = new AccountStatusUserDetailsChecker();

	private final RequestTokens requests;

	private final InstantSource clock;

	/**
	 * Creates it.
	 * @param users where users are looked up who logged in with name and password,
	 * {@code null} if nowhere: then they stay as they are
	 * @param chains the filter chains of the application
	 * @param clock tells the time
	 */
	public SecurityLogins(@Nullable UserDetailsService users, Supplier<List<SecurityFilterChain>> chains,
			InstantSource clock) {
		this.users = users;
		this.requests = new RequestTokens(chains);
		this.clock = clock;
	}

	@Override
	public @Nullable Instant expiresAt(Principal principal) {
		if (!(principal instanceof Authentication login)) {
			return null;
		}
		Instant end = TokenEnds.of(login);
		if (end == null) {
			end = this.requests.endFor(login);
		}
		return (end != null) ? acceptedUntil(end) : null;
	}

	/**
	 * A token that is over and was accepted all the same is accepted again as the client
	 * comes back: it would be sent round in a circle.
	 */
	private Instant acceptedUntil(Instant end) {
		Instant now = this.clock.instant();
		if (end.isAfter(now)) {
			return end;
		}
		Instant latest = end.plus(CLOCK_SKEW);
		return (latest.isAfter(now)) ? latest : now.plus(CLOCK_SKEW);
	}

	@Override
	public @Nullable Principal current(Principal principal) {
		if (this.users == null || !(principal instanceof Authentication authentication) || !isByName(authentication)
				|| !(authentication.getPrincipal() instanceof UserDetails before)) {
			return principal;
		}
		try {
			UserDetails now = this.users.loadUserByUsername(before.getUsername());
			this.checker.check(now);
			return withAuthorities(authentication, now);
		}
		catch (UsernameNotFoundException ex) {
			if (!this.isWarned.getAndSet(true)) {
				logger.warn("A user of an open stream is not known to " + this.users
						+ " any more, which ends the stream. If users come from elsewhere, say how to look them up in an"
						+ " SseLogins bean. Told once");
			}
			return null;
		}
		catch (AccountStatusException ex) {
			return null;
		}
	}

	/**
	 * Whether somebody logged in with name and password, be it some time ago.
	 */
	static boolean isByName(Authentication authentication) {
		return authentication instanceof UsernamePasswordAuthenticationToken
				|| authentication instanceof RememberMeAuthenticationToken;
	}

	/**
	 * The same login, with the authorities that the user has now; how it logged in is not
	 * known from the user.
	 */
	private static Authentication withAuthorities(Authentication before, UserDetails now) {
		return before.toBuilder().principal(now).authorities((authorities) -> {
			authorities.removeIf((authority) -> !(authority instanceof FactorGrantedAuthority));
			authorities.addAll(now.getAuthorities());
		}).build();
	}

}
