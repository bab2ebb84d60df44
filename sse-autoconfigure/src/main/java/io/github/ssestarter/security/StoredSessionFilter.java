package io.github.ssestarter.security;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.session.SessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.fanout.stream.StreamCloser;

/**
 * Sees a request give its session another id, or end it, where Spring Session keeps it:
 * nobody is told of that as a container would tell. Looks only at requests whose session
 * has streams here.
 *
 * @since 0.1.0
 */
public final class StoredSessionFilter implements Filter {

	/** Right within the one that brings the sessions. */
	public static final int ORDER = SessionRepositoryFilter.DEFAULT_ORDER + 1;

	private static final String REPOSITORY = SessionRepository.class.getName();

	private final SseEngine engine;

	/**
	 * Creates the filter.
	 * @param engine has the streams
	 */
	public StoredSessionFilter(SseEngine engine) {
		this.engine = engine;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String session = (request instanceof HttpServletRequest http && request.getAttribute(REPOSITORY) != null)
				? http.getRequestedSessionId() : null;
		if (session == null || !this.engine.closer().hasStreams(session)) {
			chain.doFilter(request, response);
			return;
		}
		WatchedRequest watched = new WatchedRequest((HttpServletRequest) request, session, this.engine.closer());
		try {
			chain.doFilter(watched, response);
		}
		finally {
			watched.ended();
		}
	}

	/**
	 * A request whose session has streams.
	 */
	private static final class WatchedRequest extends HttpServletRequestWrapper {

		private final StreamCloser closer;

		private String id;

		/** {@code null} while nobody has asked for it. */
		private @Nullable HttpSession session;

		WatchedRequest(HttpServletRequest request, String id, StreamCloser closer) {
			super(request);
			this.id = id;
			this.closer = closer;
		}

		@Override
		public HttpSession getSession() {
			return getSession(true);
		}

		@Override
		public HttpSession getSession(boolean create) {
			HttpSession session = super.getSession(create);
			if (this.session == null && session != null && session.getId().equals(this.id)) {
				this.session = session;
			}
			return session;
		}

		@Override
		public String changeSessionId() {
			String now = super.changeSessionId();
			this.closer.sessionRenamed(this.id, now);
			this.id = now;
			return now;
		}

		void ended() {
			HttpSession session = this.session;
			try {
				if (session != null) {
					session.getCreationTime();
				}
			}
			catch (IllegalStateException ex) {
				this.closer.closeSession(this.id, SseCloseReason.LOGGED_OUT);
			}
		}

	}

}
