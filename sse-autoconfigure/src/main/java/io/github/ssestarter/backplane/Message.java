package io.github.ssestarter.backplane;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;

/**
 * What a backplane brings to every node.
 *
 * @since 0.1.0
 */
public sealed interface Message {

	/**
	 * An event.
	 *
	 * @param audience who hears it
	 * @param body the frame without its id, never written to again
	 * @param ownId the caller's own id, {@code null} if the log gives one
	 */
	record Event(SseAudience audience, byte[] body, @Nullable String ownId) implements Message {

		/**
		 * The same event as other bytes.
		 * @param body the bytes, never written to again
		 * @return the event
		 */
		public Event withBody(byte[] body) {
			return new Event(this.audience, body, this.ownId);
		}

	}

	/**
	 * The order to close streams: those that are there, and have joined, when it comes.
	 * Never replayed.
	 *
	 * @param audience whose streams end
	 * @param farewell the last frame, empty for none, never written to again
	 */
	record Close(SseAudience audience, byte[] farewell) implements Message {
	}

	/**
	 * What one node tells another: the others leave it out. Never replayed.
	 */
	sealed interface ForNode extends Message {

		/**
		 * Whom it is for.
		 * @return the node, as the {@link ClusterRegistry} names it
		 */
		String node();

	}

	/**
	 * A client has a newer stream on another node.
	 *
	 * @param node the node of the older one
	 * @param clientId the client
	 * @param stream the older one, as the {@link ClusterRegistry} numbers it
	 */
	record Replace(String node, String clientId, long stream) implements ForNode {
	}

}
