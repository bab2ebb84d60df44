package io.github.ssestarter;

/**
 * Why a stream has ended.
 *
 * @since 0.1.0
 */
public enum SseCloseReason {

	/** The application said {@link SseStream#complete()}, or the handler returned. */
	COMPLETED,

	/** The last topic of the stream was completed. */
	TOPIC_COMPLETED,

	/** The application closed it: {@link SseBroadcaster#close(SseAudience)}. */
	CLOSED,

	/** The client has gone: it cut the connection, or the network did. */
	CLIENT_GONE,

	/** The client did not keep up: {@code sse.stream.buffer-size} was full. */
	SLOW,

	/** The client took nothing for {@code sse.stream.write-timeout}. */
	WRITE_TIMEOUT,

	/** The stream was open for {@code sse.stream.max-lifetime}. */
	MAX_LIFETIME,

	/** The same client id connected again. */
	REPLACED,

	/** The {@link SseAuthorizer} allows the stream nothing of what it had joined. */
	FORBIDDEN,

	/** The user's token expired, or the session ran out. */
	EXPIRED,

	/** The user logged out, or the session was invalidated. */
	LOGGED_OUT,

	/** The node is shutting down. */
	SHUTDOWN,

	/**
	 * The handler, or the engine, threw an exception, or there was no room for what the
	 * handler sent: {@code sse.limits.max-attached}.
	 */
	FAILED

}
