package io.github.ssestarter.backplane;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;

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
	 * @param key what it is the newest state of, {@code null} for nothing
	 */
	record Event(SseAudience audience, byte[] body, @Nullable String ownId, @Nullable String key) implements Message {

		/**
		 * An event without a key.
		 * @param audience who hears it
		 * @param body the frame without its id, never written to again
		 * @param ownId the caller's own id, {@code null} if the log gives one
		 */
		public Event(SseAudience audience, byte[] body, @Nullable String ownId) {
			this(audience, body, ownId, null);
		}

		/**
		 * The same event as other bytes.
		 * @param body the bytes, never written to again
		 * @return the event
		 */
		public Event withBody(byte[] body) {
			return new Event(this.audience, body, this.ownId, this.key);
		}

	}

	/**
	 * Nothing more comes to a topic. Brought again to nodes that come later, as events
	 * are.
	 *
	 * @param audience the topic
	 * @param isFailed whether what was to come failed
	 */
	record Completion(SseAudience audience, boolean isFailed) implements Message {

		/**
		 * Nothing more comes to a topic.
		 * @param topic its exact name
		 * @param isFailed whether what was to come failed
		 */
		public Completion(String topic, boolean isFailed) {
			this(SseAudience.topic(topic), isFailed);
		}

		/**
		 * The topic.
		 * @return its exact name
		 */
		public String topic() {
			return this.audience.keys().iterator().next().name();
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

	/**
	 * What a client's stream is to hear from now on, or not any more.
	 *
	 * @param node the node that has the stream
	 * @param question which question it is, and who asks
	 * @param clientId the client
	 * @param isJoin whether it joins the topics, or leaves them
	 * @param topics the topics
	 */
	record Change(String node, Question question, String clientId, boolean isJoin,
			Collection<String> topics) implements ForNode {
	}

	/**
	 * What has become of a {@link Change}.
	 *
	 * @param question the question of who had asked
	 * @param outcome what has become of it
	 * @param reason why the stream has ended, or may not, {@code null} if that is not why
	 * @param text why it was not done, empty if it was
	 */
	record Changed(Question question, Outcome outcome, @Nullable SseCloseReason reason,
			String text) implements ForNode {

		@Override
		public String node() {
			return this.question.asker();
		}

		/**
		 * What has become of it.
		 */
		public enum Outcome {

			/** It is done. */
			DONE,

			/** The topics are none, or too many. */
			WRONG_TOPIC,

			/** The stream has ended, or may not. */
			CLOSED,

			/** The other node has failed. */
			FAILED

		}

	}

	/**
	 * Tells a question from others.
	 *
	 * @param asker the node that asks
	 * @param number which of its questions it is
	 */
	record Question(String asker, long number) {
	}

}
