package io.github.ssestarter.security;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;

import io.github.ssestarter.fanout.stream.SessionLookup;

/**
 * Sessions that Spring Session keeps. They are found, and not saved: that would be a use.
 *
 * @since 0.1.0
 */
public final class StoredSessions implements SessionLookup {

	/** What Spring Session's own registry marks a session with that has ended. */
	private static final String EXPIRED = "org.springframework.session.security.SpringSessionBackedSessionInformation.EXPIRED";

	private final ObjectProvider<SessionRepository<?>> repository;

	/**
	 * Creates it.
	 * @param repository where sessions are kept, asked for when one is looked at first
	 */
	public StoredSessions(ObjectProvider<SessionRepository<?>> repository) {
		this.repository = repository;
	}

	@Override
	public @Nullable Instant endOf(String id, boolean isStored) {
		SessionRepository<?> repository = (isStored) ? this.repository.getIfUnique() : null;
		if (repository == null) {
			return Instant.MAX;
		}
		Session session = repository.findById(id);
		if (session == null) {
			return null;
		}
		if (Boolean.TRUE.equals(session.getAttribute(EXPIRED))) {
			return Instant.MIN;
		}
		return (session.getMaxInactiveInterval().isNegative()) ? Instant.MAX
				: session.getLastAccessedTime().plus(session.getMaxInactiveInterval());
	}

}
