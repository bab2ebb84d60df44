package io.github.ssestarter.security;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.StreamRequest;

/**
 * Ends the streams of a user who logs out: those of the same session, and those that have
 * none. What the user has open elsewhere goes on.
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
		RequestAttributes request = RequestContextHolder.getRequestAttributes();
		String session = (request != null) ? request.getSessionId() : null;
		this.engine.close((stream) -> isOf(stream, user, session), SseCloseReason.LOGGED_OUT);
	}

	private static boolean isOf(StreamRequest stream, String user, @Nullable String session) {
		return user.equals(stream.user())
				&& (stream.sessionId() == null || Objects.equals(session, stream.sessionId()));
	}

}
