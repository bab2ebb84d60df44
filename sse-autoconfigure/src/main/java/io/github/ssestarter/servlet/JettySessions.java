package io.github.ssestarter.servlet;

import java.time.Instant;

import jakarta.servlet.ServletContext;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.ServletContextAware;

import io.github.ssestarter.fanout.stream.SessionLookup;

/**
 * Jetty's own sessions. Jetty lets none run out while a request of it is open, which a
 * stream is; but who asks for one that is over makes Jetty end it, and tell of that.
 *
 * @since 0.1.0
 */
public final class JettySessions implements SessionLookup, ServletContextAware {

	private volatile @Nullable ServletContext context;

	@Override
	public void setServletContext(ServletContext context) {
		this.context = context;
	}

	@Override
	public @Nullable Instant endOf(String id, boolean isStored) {
		if (isStored || !(this.context instanceof ServletContextHandler.ServletContextApi jetty)) {
			return Instant.MAX;
		}
		try {
			boolean isThere = ServletContextHandler.getServletContextHandler(jetty)
				.getSessionHandler()
				.getManagedSession(id) != null;
			return (isThere) ? Instant.MAX : null;
		}
		catch (Exception ex) {
			throw new IllegalStateException("Jetty cannot find a session", ex);
		}
	}

}
