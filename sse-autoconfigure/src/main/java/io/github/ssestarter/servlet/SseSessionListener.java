package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.SseEngine;

/**
 * Ends the streams of a session with the session.
 *
 * @since 0.1.0
 */
public final class SseSessionListener implements HttpSessionListener, HttpSessionIdListener {

	private final SseEngine engine;

	/**
	 * Creates the listener.
	 * @param engine has the streams
	 */
	public SseSessionListener(SseEngine engine) {
		this.engine = engine;
	}

	/**
	 * Closes the session's streams: as {@code EXPIRED} if it ended by itself, as
	 * {@code LOGGED_OUT} if it was invalidated.
	 */
	@Override
	public void sessionDestroyed(HttpSessionEvent event) {
		HttpSession session = event.getSession();
		String id = session.getId();
		this.engine.closer()
			.closeSession(id, (hasExpired(session)) ? SseCloseReason.EXPIRED : SseCloseReason.LOGGED_OUT);
	}

	private static boolean hasExpired(HttpSession session) {
		long maxInactive = session.getMaxInactiveInterval() * 1000L;
		return maxInactive > 0 && System.currentTimeMillis() - session.getLastAccessedTime() >= maxInactive;
	}

	@Override
	public void sessionIdChanged(HttpSessionEvent event, String oldSessionId) {
		this.engine.closer().sessionRenamed(oldSessionId, event.getSession().getId());
	}

}
