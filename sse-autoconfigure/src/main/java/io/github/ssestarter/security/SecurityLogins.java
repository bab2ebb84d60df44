package io.github.ssestarter.security;

import java.security.Principal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

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
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.util.ClassUtils;

import io.github.ssestarter.SseLogins;

/**
 * What Spring Security knows of a login: when its token expires, and which authorities
 * its user has now.
 *
 * @since 0.1.0
 */
public final class SecurityLogins implements SseLogins {

	private static final Log logger = LogFactory.getLog(SecurityLogins.class);

	private static final boolean HAS_TOKENS = ClassUtils.isPresent(
			"org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken",
			SecurityLogins.class.getClassLoader());

	private final @Nullable UserDetailsService users;

	private final AtomicBoolean isWarned = new AtomicBoolean();

	private final UserDetailsChecker checker = new AccountStatusUserDetailsChecker();

	/**
	 * Creates it.
	 * @param users where users are looked up who logged in with name and password,
	 * {@code null} if nowhere: then they stay as they are
	 */
	public SecurityLogins(@Nullable UserDetailsService users) {
		this.users = users;
	}

	@Override
	public @Nullable Instant expiresAt(Principal principal) {
		return (HAS_TOKENS) ? Tokens.expiresAt(principal) : null;
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
	private static boolean isByName(Authentication authentication) {
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

	/**
	 * Apart, since the library of resource servers may be absent.
	 */
	private static final class Tokens {

		static @Nullable Instant expiresAt(Principal principal) {
			return (principal instanceof AbstractOAuth2TokenAuthenticationToken<?> authentication)
					? authentication.getToken().getExpiresAt() : null;
		}

	}

}
