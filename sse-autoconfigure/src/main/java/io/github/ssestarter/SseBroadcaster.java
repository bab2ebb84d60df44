package io.github.ssestarter;

import java.util.concurrent.CompletableFuture;

/**
 * Sends events to many streams at once, from anywhere in the application: a scheduled
 * method, a listener, another request. An injectable bean, also for the beans that the
 * engine asks, such as an {@link SseAuthorizer}; none of them may send as it is made.
 * <p>
 * No method waits for a client. All methods may be called from any thread; events sent by
 * one thread are received in that order. What is invalid is thrown at the caller before
 * anything is sent to anyone: an {@link IllegalArgumentException} for data that cannot be
 * written as JSON, an event larger than {@code sse.event.max-size}, an id that is empty
 * or has the form of the engine's own, an audience wider than
 * {@code sse.publish.widest-audience}.
 * <p>
 * When the backlog of the engine is full, {@code broadcast} and {@code send} wait at most
 * {@code sse.publish.timeout}; then the event is dropped whole, and that is logged once
 * per outage. Who must know uses {@link #publish}.
 *
 * @since 0.1.0
 */
public interface SseBroadcaster {

	/**
	 * Sends an event to every joined stream.
	 * @param event the event
	 * @throws IllegalArgumentException if the event cannot be sent to anyone
	 */
	default void broadcast(SseEvent event) {
		send(SseAudience.everyone(), event);
	}

	/**
	 * Sends a named event to every joined stream. The name is what a page's
	 * {@code addEventListener} takes; it is not a topic, for which see
	 * {@link #send(SseAudience, String, Object)}.
	 * @param eventName the event's name
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @throws IllegalArgumentException if the event cannot be sent to anyone
	 */
	default void broadcast(String eventName, Object data) {
		broadcast(SseEvent.of(eventName, data));
	}

	/**
	 * Sends an event to an audience.
	 * @param audience who hears it
	 * @param event the event
	 * @throws IllegalArgumentException if the event cannot be sent to anyone
	 */
	void send(SseAudience audience, SseEvent event);

	/**
	 * Sends a named event to an audience.
	 * @param audience who hears it
	 * @param eventName the event's name
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @throws IllegalArgumentException if the event cannot be sent to anyone
	 */
	default void send(SseAudience audience, String eventName, Object data) {
		send(audience, SseEvent.of(eventName, data));
	}

	/**
	 * Sends an event to an audience and tells what became of it. Returns at once.
	 * @param audience who hears it
	 * @param event the event
	 * @return the event's id, once it was accepted in order; fails with an
	 * {@link SsePublishException} if it was not, and then nobody receives it
	 * @throws IllegalArgumentException if the event cannot be sent to anyone
	 */
	CompletableFuture<String> publish(SseAudience audience, SseEvent event);

	/**
	 * Closes every stream of an audience, attached ones too: those that are there, and
	 * have joined, at this moment of the log. A browser's {@code EventSource} comes back
	 * after its retry time unless the page closes it. Waits like
	 * {@link #send(SseAudience, SseEvent)} while the engine is behind, and is dropped,
	 * which is logged as an error, when that would drop an event.
	 * @param audience whose streams end
	 */
	void close(SseAudience audience);

	/**
	 * Closes every stream of an audience, attached ones too, after a last event.
	 * @param audience whose streams end
	 * @param farewell the last event, without id
	 * @throws IllegalArgumentException if the event cannot be sent to anyone, or has an
	 * id
	 */
	void close(SseAudience audience, SseEvent farewell);

	/**
	 * Nothing more comes to a topic: what was sent to it before is the last. A stream
	 * that hears no other topic ends after it, as {@link SseCloseReason#TOPIC_COMPLETED};
	 * one that joins later gets the rest, as far as it is held and its beginning allows,
	 * and ends as well. To a browser's {@code EventSource} that comes back and has had
	 * all of it the answer is 204, so that it stops; to others a stream that tells only
	 * its end. A stream whose method still runs ends when that has returned.
	 * <p>
	 * It is known for {@code sse.runs.keep} that the topic is complete, on every node;
	 * until then nothing can be sent to it alone, which is an
	 * {@link IllegalStateException}. A topic that is complete stays as it is. Waits like
	 * {@link #send(SseAudience, SseEvent)} while the engine is behind; if it cannot be
	 * published all the same it is tried again each second, until the application stops.
	 * @param topic the exact name
	 * @throws SseTopicException if that is not the name of a topic
	 */
	void completeTopic(String topic);

	/**
	 * A broadcaster that waits for the transaction: what is sent, published or closed
	 * through it within one of Spring's transactions happens once that is committed, in
	 * the order of the calls, so that whoever reads on the event finds what was written;
	 * after a rollback, also one to a savepoint, or where nobody knows how it ended, it
	 * does not happen. Outside a transaction it happens at once. Without spring-tx on the
	 * class path there are no transactions, and reactive ones are none here.
	 * <p>
	 * The transaction is that of the calling thread. What is invalid is thrown at the
	 * call, before the commit, and data is written as JSON at the call too. The thread
	 * that commits then does the sending: it waits at most {@code sse.publish.timeout}
	 * for each event while the backlog is full, and nothing is thrown at it, as the
	 * transaction is over. The future of {@link #publish} is completed after the commit,
	 * so that waiting for it within the transaction never ends; after a rollback it fails
	 * with an {@link SsePublishException}.
	 * @return the broadcaster, to be kept or asked for each time; counts as this one does
	 */
	SseBroadcaster afterCommit();

	/**
	 * Counts the joined streams of this node.
	 * @return how many there are
	 */
	default int connectedCount() {
		return connectedCount(SseAudience.everyone());
	}

	/**
	 * Counts the streams of an audience on this node.
	 * @param audience whom to count
	 * @return how many there are
	 */
	int connectedCount(SseAudience audience);

}
