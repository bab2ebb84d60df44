package io.github.ssestarter.fanout;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a user's login besides the name. Called on the request's thread when a
 * stream is opened, and on the application's task executor afterwards; may wait.
 *
 * @since 0.1.0
 */
public interface Logins {

	/** Logins of which nothing more is known. */
	Logins PLAIN = new Logins() {
	};

	/**
	 * When a login ends by itself, as that of a token does. The stream ends with it.
	 * @param principal the user as the request presented it
	 * @return the moment, {@code null} if it is not known
	 */
	default @Nullable Instant expiresAt(Principal principal) {
		return null;
	}

	/**
	 * The user as it is now. Asked on {@code sse.security.recheck-interval}, before the
	 * {@link io.github.ssestarter.SseAuthorizer}.
	 * @param principal the user as it was
	 * @return the same, or one with other authorities; {@code null} if it may not be
	 * logged in any more, which ends the stream
	 */
	default @Nullable Principal current(Principal principal) {
		return principal;
	}

}
