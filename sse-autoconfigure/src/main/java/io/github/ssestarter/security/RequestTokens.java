package io.github.ssestarter.security;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds when a login ends of which nothing but the request has the token any more, and
 * warns where that cannot be known.
 */
final class RequestTokens {

	private static final Log logger = LogFactory.getLog(SecurityLogins.class);

	private static final Pattern TOKEN = Pattern.compile("(?:Bearer|DPoP) +(\\S+)", Pattern.CASE_INSENSITIVE);

	private static final JsonMapper JSON = new JsonMapper();

	/** Of how many classes is warned. */
	private static final int MAX_WARNED = 10;

	private final Supplier<List<SecurityFilterChain>> chains;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	RequestTokens(Supplier<List<SecurityFilterChain>> chains) {
		this.chains = chains;
	}

	/**
	 * The end of the token that the current request presents. The filter chain has looked
	 * at its signature, or the request would not have come here; and the worst that a
	 * wrong end does is to end its own stream.
	 */
	@Nullable Instant endFor(Authentication login) {
		if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
			return null;
		}
		HttpServletRequest request = attributes.getRequest();
		if (isOfSession(request)) {
			return null;
		}
		String header = request.getHeader(HttpHeaders.AUTHORIZATION);
		Matcher token = TOKEN.matcher((header != null) ? header : "");
		Instant end = (token.matches()) ? end(token.group(1)) : null;
		if (end == null && (token.matches() || (header == null && isOfResourceServer(request)))) {
			warn(login.getClass().getName());
		}
		return end;
	}

	/**
	 * Whether the login is kept in a session, with which it ends.
	 */
	private static boolean isOfSession(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		return session != null
				&& session.getAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY) != null;
	}

	private static @Nullable Instant end(String token) {
		String[] parts = token.split("\\.");
		if (parts.length != 3) {
			return null;
		}
		try {
			JsonNode end = JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
			return (end.isNumber()) ? Instant.ofEpochSecond(end.decimalValue().longValue()) : null;
		}
		catch (IllegalArgumentException | JacksonException ex) {
			logger.debug("No end can be read of a token", ex);
			return null;
		}
	}

	private boolean isOfResourceServer(HttpServletRequest request) {
		return this.chains.get()
			.stream()
			.filter((chain) -> chain.matches(request))
			.findFirst()
			.filter((chain) -> chain.getFilters()
				.stream()
				.anyMatch((filter) -> filter.getClass().getSimpleName().equals("BearerTokenAuthenticationFilter")))
			.isPresent();
	}

	private void warn(String login) {
		if (this.warned.size() < MAX_WARNED && this.warned.add(login)) {
			logger.warn("When a token ends cannot be told from a login of " + login
					+ ", so its streams may outlive it. Keep the token as its credentials or its details, or tell the"
					+ " end in a bean SseLogins (expiresAt). Told once");
		}
	}

}
