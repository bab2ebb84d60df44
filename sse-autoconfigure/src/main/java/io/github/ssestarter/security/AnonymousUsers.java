package io.github.ssestarter.security;

import java.security.Principal;
import java.util.function.Predicate;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;

/**
 * Tells what Spring Security has in the place of a login where nobody is logged in.
 *
 * @since 0.1.0
 */
public final class AnonymousUsers implements Predicate<Principal> {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	@Override
	public boolean test(Principal user) {
		return user instanceof Authentication login && this.trust.isAnonymous(login);
	}

}
