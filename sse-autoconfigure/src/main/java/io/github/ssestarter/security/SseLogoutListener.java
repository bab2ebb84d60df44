package io.github.ssestarter.security;

import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.stream.StreamRequest;

/**
 * Ends the streams of a user who logs out: those that have no session, and those of the
 * same one. The streams of the user's other sessions go on.
 *
 * @since 0.1.0
 */
public final class SseLogoutListener implements ApplicationListener<LogoutSuccessEvent> {

	private final SseEngine engine;

	/**
	 * Creates the listener.
	 * @param engine has the streams
	 */
	public SseLogoutListener(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void onApplicationEvent(LogoutSuccessEvent event) {
		String user = event.getAuthentication().getName();
		String session = session();
		this.engine.closer().closeIf((stream) -> isOf(stream, user, session), SseCloseReason.LOGGED_OUT);
	}

	/**
	 * The session of the request, or the one that it had: none is made.
	 */
	private static @Nullable String session() {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletRequest request = attributes.getRequest();
			HttpSession session = request.getSession(false);
			return (session != null) ? session.getId() : request.getRequestedSessionId();
		}
		return null;
	}

	private static boolean isOf(StreamRequest stream, String user, @Nullable String session) {
		return user.equals(stream.user())
				&& (stream.sessionId() == null || Objects.equals(session, stream.sessionId()));
	}

}
