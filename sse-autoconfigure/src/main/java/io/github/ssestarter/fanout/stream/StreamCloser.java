package io.github.ssestarter.fanout.stream;

import java.util.function.Predicate;

import io.github.ssestarter.SseCloseReason;

/**
 * Closes streams by force, for whoever knows of logins and sessions. Never waits.
 *
 * @since 0.1.0
 */
public final class StreamCloser {

	private final Streams streams;

	/**
	 * Closes some streams.
	 * @param streams those of an engine
	 */
	public StreamCloser(Streams streams) {
		this.streams = streams;
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

}
