package io.github.ssestarter.security;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.IdTokenClaimAccessor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds when a login ends in what an application has made of its token: in the login
 * itself, its credentials, its principal or its details.
 */
final class TokenEnds {

	private static final boolean HAS_TOKENS = ClassUtils
		.isPresent("org.springframework.security.oauth2.core.OAuth2Token", TokenEnds.class.getClassLoader());

	private TokenEnds() {
	}

	/**
	 * The earliest end that a login tells of.
	 */
	static @Nullable Instant of(Authentication login) {
		return Stream.of(login, login.getCredentials(), login.getPrincipal(), login.getDetails())
			.filter(Objects::nonNull)
			.map(TokenEnds::ofPart)
			.filter(Objects::nonNull)
			.min(Instant::compareTo)
			.orElse(null);
	}

	private static @Nullable Instant ofPart(Object part) {
		if (part instanceof SecurityTicketUsers.LoginEnd end) {
			return end.expiresAt();
		}
		if (HAS_TOKENS && Tokens.isOfLogin(part)) {
			return null;
		}
		if (HAS_TOKENS && Tokens.isToken(part)) {
			return Tokens.expiresAt(part);
		}
		return Arrays.stream(part.getClass().getMethods())
			.filter((method) -> isExpiry(method))
			.findFirst()
			.map((method) -> call(method, part))
			.orElse(null);
	}

	private static boolean isExpiry(Method method) {
		return (method.getName().equals("getExpiresAt") || method.getName().equals("expiresAt"))
				&& method.getParameterCount() == 0 && method.getReturnType() == Instant.class
				&& !Modifier.isStatic(method.getModifiers());
	}

	private static @Nullable Instant call(Method method, Object part) {
		ReflectionUtils.makeAccessible(method);
		return (Instant) ReflectionUtils.invokeMethod(method, part);
	}

	/**
	 * Apart, since the library of tokens may be absent.
	 */
	private static final class Tokens {

		/**
		 * Whether it tells of the moment of a login alone: an id token is not asked for
		 * again, and its user stays logged in.
		 */
		static boolean isOfLogin(Object part) {
			return part instanceof IdTokenClaimAccessor;
		}

		static boolean isToken(Object part) {
			return part instanceof OAuth2Token;
		}

		static @Nullable Instant expiresAt(Object token) {
			return ((OAuth2Token) token).getExpiresAt();
		}

	}

}
