package io.github.ssestarter.fanout.notice;

/**
 * What there may be no room for.
 *
 * @since 0.1.0
 */
public enum Limit {

	/** The application is stopping. */
	SHUTDOWN,

	/**
	 * Streams that are sent to while their methods run: {@code sse.limits.max-attached}.
	 */
	ATTACHED,

	/**
	 * Streams of this node, {@code sse.limits.max-streams}, or of all nodes,
	 * {@code sse.limits.max-streams-in-cluster}.
	 */
	STREAMS,

	/** Streams of one user: {@code sse.limits.max-streams-per-user}. */
	STREAMS_PER_USER,

	/** Streams from one address: {@code sse.limits.max-streams-per-address}. */
	STREAMS_PER_ADDRESS,

	/** Streams that begin in a second: {@code sse.limits.max-connects-per-second}. */
	CONNECTS_PER_SECOND,

	/** A second stream of a client: {@code sse.client-id.on-duplicate}. */
	DUPLICATE_CLIENT

}
