package io.github.ssestarter.security;

import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;

import io.github.ssestarter.fanout.SseEngine;

/**
 * Has the sessions of a user be looked at who logs in: with {@code maximumSessions} the
 * oldest has ended by that, and only a mark in its store, or registry, tells.
 *
 * @since 0.1.0
 */
public final class SseLoginListener implements ApplicationListener<InteractiveAuthenticationSuccessEvent> {

	private final SseEngine engine;

	/**
	 * Creates the listener.
	 * @param engine has the streams
	 */
	public SseLoginListener(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void onApplicationEvent(InteractiveAuthenticationSuccessEvent event) {
		this.engine.closer().loggedIn(event.getAuthentication().getName());
	}

}
