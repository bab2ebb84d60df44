package io.github.ssestarter.fanout.stream;

import java.time.Instant;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * Closes streams by force, for whoever knows of logins and sessions. Never waits.
 *
 * @since 0.1.0
 */
public final class StreamCloser {

	private final Streams streams;

	private final SessionCheck sessionCheck;

	/**
	 * Closes some streams.
	 * @param streams those of an engine
	 * @param sessionCheck looks at their sessions
	 */
	public StreamCloser(Streams streams, SessionCheck sessionCheck) {
		this.streams = streams;
		this.sessionCheck = sessionCheck;
	}

	/**
	 * Closes the streams that were opened by some requests.
	 * @param which those
	 * @param reason why
	 */
	public void closeIf(Predicate<StreamRequest> which, SseCloseReason reason) {
		for (StreamLife stream : this.streams.all()) {
			if (which.test(stream.request())) {
				stream.close(reason);
			}
		}
	}

	/**
	 * Closes the streams of a session.
	 * @param session the session's id
	 * @param reason why
	 */
	public void closeSession(String session, SseCloseReason reason) {
		this.streams.sessions().of(session).forEach((stream) -> stream.close(reason));
	}

	/**
	 * A session has got another id, as it does when its user logs in.
	 * @param before the id that it had
	 * @param now the id that it has
	 */
	public void sessionRenamed(String before, String now) {
		this.streams.sessions().rename(before, now);
	}

	/**
	 * A session of a stream is kept elsewhere than by the container: nobody may tell of
	 * its end.
	 * @param session the session's id
	 * @param end when it ends unless it is used, {@code null} if it is new, and not kept
	 * yet
	 */
	public void sessionStored(String session, @Nullable Instant end) {
		this.streams.sessions().stored(session, end);
	}

	/**
	 * Whether a session has streams here.
	 * @param session the session's id
	 * @return whether it has
	 */
	public boolean hasStreams(String session) {
		return this.streams.sessions().has(session);
	}

	/**
	 * A user has logged in, which may have ended other sessions of the user: looks at
	 * them soon.
	 * @param user the user's name
	 */
	public void loggedIn(String user) {
		this.sessionCheck.lookAtThoseOf(user);
	}

}
