package io.github.ssestarter;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a user's login besides the name: a bean of the application's own, or
 * what Spring Security knows. Called on the request's thread when a stream is opened, and
 * on one of a few threads for questions afterwards; may wait.
 *
 * @since 0.1.0
 */
public interface SseLogins {

	/** Logins of which nothing more is known. */
	SseLogins PLAIN = new SseLogins() {
	};

	/**
	 * When a login ends by itself, as that of a token does. The stream ends with it, as
	 * {@link SseCloseReason#EXPIRED}.
	 * @param principal the user as the request presented it
	 * @return the moment, {@code null} if it is not known
	 */
	default @Nullable Instant expiresAt(Principal principal) {
		return null;
	}

	/**
	 * The user as it is now. Asked on {@code sse.security.recheck-interval}, before the
	 * {@link SseAuthorizer}. If it throws, all stays as it was for one round; if it
	 * throws in the next round too, the stream ends as {@link SseCloseReason#FAILED}.
	 * @param principal the user as it was
	 * @return the same, or one with other authorities; {@code null} if it may not be
	 * logged in any more, which ends the stream as {@link SseCloseReason#FORBIDDEN}
	 */
	default @Nullable Principal current(Principal principal) {
		return principal;
	}

}
