package io.github.ssestarter.security;

import java.time.Instant;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.session.SessionRegistryImpl;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.session.ConcurrentSessionFilter;

import io.github.ssestarter.fanout.stream.SessionLookup;

/**
 * Sessions that {@code maximumSessions} has marked as expired in the registry of Spring
 * Security. What another registry says of a session that is kept elsewhere is kept with
 * the session.
 *
 * @since 0.1.0
 */
public final class RegisteredSessions implements SessionLookup {

	private static final Log logger = LogFactory.getLog(RegisteredSessions.class);

	private final ObjectProvider<SessionRegistry> registry;

	/**
	 * Creates it.
	 * @param registry the registry, asked for when a session is looked at first
	 */
	public RegisteredSessions(ObjectProvider<SessionRegistry> registry) {
		this.registry = registry;
	}

	/**
	 * Warns where {@code maximumSessions} has a registry that nobody else can look into.
	 * @param chains the filter chains of the application
	 */
	public void warnIfHidden(List<SecurityFilterChain> chains) {
		boolean isLimited = chains.stream()
			.flatMap((chain) -> chain.getFilters().stream())
			.anyMatch(ConcurrentSessionFilter.class::isInstance);
		if (isLimited && this.registry.stream().findAny().isEmpty()) {
			logger.warn("maximumSessions ends sessions in a SessionRegistry that is no bean, so their streams go on"
					+ " until the session is used: add a bean, such as new SessionRegistryImpl()");
		}
	}

	@Override
	public @Nullable Instant endOf(String id, boolean isStored) {
		SessionRegistry registry = this.registry.getIfUnique();
		if (registry == null || (isStored && !(registry instanceof SessionRegistryImpl))) {
			return Instant.MAX;
		}
		SessionInformation session = registry.getSessionInformation(id);
		return (session != null && session.isExpired()) ? Instant.MIN : Instant.MAX;
	}

}
