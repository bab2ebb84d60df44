package io.github.ssestarter.servlet;

import java.security.Principal;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What of a request a client id belongs to: presented in another one it is not accepted.
 *
 * @since 0.1.0
 */
public enum ClientIdBinding {

	/** The user's name. An id that was made before a log-in does not outlive it. */
	USER((request) -> {
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? principal.getName() : null;
	}),

	/** The client's address, as {@code server.forward-headers-strategy} tells it. */
	ADDRESS(HttpServletRequest::getRemoteAddr),

	/** The header {@code User-Agent}. */
	USER_AGENT((request) -> request.getHeader(HttpHeaders.USER_AGENT));

	private final Function<HttpServletRequest, @Nullable String> value;

	ClientIdBinding(Function<HttpServletRequest, @Nullable String> value) {
		this.value = value;
	}

	@Nullable String value(HttpServletRequest request) {
		return this.value.apply(request);
	}

}
