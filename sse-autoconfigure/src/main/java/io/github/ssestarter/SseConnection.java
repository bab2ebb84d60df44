package io.github.ssestarter;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A stream as it is at a moment.
 *
 * @param id the client's id, a credential for {@link SseClient} requests: do not log it
 * @param user the user's name, {@code null} if nobody is logged in
 * @param topics what it has joined
 * @param since when its request came
 * @param lastActivity when something was written to it last
 * @param address where its client is, as {@code server.forward-headers-strategy} tells
 * it; {@code null} if that is not known
 * @param state how it stands
 * @param lag how many events of the log, whoever they are for, it has not been looked
 * through for yet; 0 unless it is {@link State#LAGGING}
 * @param bytes how many bytes of events were handed to the container for it
 * @param transport the way that they take
 * @since 0.1.0
 */
public record SseConnection(String id, @Nullable String user, Set<String> topics, Instant since, Instant lastActivity,
		@Nullable String address, State state, long lag, long bytes, Transport transport) {

	/**
	 * How a stream stands.
	 */
	public enum State {

		/** Its controller method runs. */
		ATTACHED,

		/** It has been sent all that there is for it. */
		LIVE,

		/** It is behind: its client is slow, or just came back. */
		LAGGING

	}

	/**
	 * What the bytes of a stream are written to.
	 */
	public enum Transport {

		/**
		 * The container's response, through the servlet API, as always while the
		 * controller method runs.
		 */
		SERVLET,

		/** The socket, which the container has handed over. */
		SOCKET

	}

}
