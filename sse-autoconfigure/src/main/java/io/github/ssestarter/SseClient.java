package io.github.ssestarter;

import org.jspecify.annotations.Nullable;

/**
 * The caller's own stream, opened by another request: a parameter of a controller method.
 * The caller names it by the client id that it was told when it opened the stream, in the
 * header {@code Sse-Client-Id} or the parameter of {@code sse.client-id.parameter}. A
 * request that names none is answered 400, one whose client has no stream 404.
 * <p>
 * The stream may be on another node of those that share a log. {@link #send} and
 * {@link #close} go by the log, and do not wait for it. To find it, and for {@link #join}
 * and {@link #leave}, the calling thread waits for Redis and for that node, 5 seconds at
 * most each; then there is an {@link SseNodeException}, which is answered 503 if nothing
 * catches it.
 *
 * @since 0.1.0
 */
public interface SseClient {

	/**
	 * The client's id.
	 * @return the id
	 */
	String id();

	/**
	 * The name of the user who opened the stream.
	 * @return the name, {@code null} if nobody was logged in
	 */
	@Nullable String user();

	/**
	 * Sends an event to the client's streams. Never waits for the client.
	 * @param event the event
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	void send(SseEvent event);

	/**
	 * Sends a named event to the client's streams. Never waits for the client.
	 * @param eventName the event's name
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	default void send(String eventName, Object data) {
		send(SseEvent.of(eventName, data));
	}

	/**
	 * Lets the client's open stream hear topics from now on, besides those that it hears:
	 * all of them, or none. Asks the {@link SseAuthorizer} for the user of the stream, on
	 * the calling thread, and never waits for the client. If the method of the stream is
	 * still at work, the stream goes on after it.
	 * <p>
	 * That is a change of the stream and not of the client: once it comes back, by a new
	 * request, it has joined what its method joins, and no more. Let the method join what
	 * the application keeps for the user, and nothing is lost meanwhile; or let the page
	 * ask again whenever it is told that it is {@code connected}, which loses what was
	 * sent before.
	 * @param topics exact names, see {@link SseTopic#requireName(String)}; none: what is
	 * sent to everyone, and to the user
	 * @throws SseTopicException if a name is not one of a topic, or the stream would have
	 * too many, which is answered 400 if nothing catches it
	 * @throws SseClosedException as {@link SseCloseReason#FORBIDDEN} if the stream may
	 * not hear one of the topics, which is answered 403 if nothing catches it; the stream
	 * goes on. With another reason if the stream has ended meanwhile, which is answered
	 * 404
	 * @throws SseNodeException if the stream is on another node, which does not answer
	 */
	void join(String... topics);

	/**
	 * Has the client's stream leave topics, as {@link SseStream#leave} does; what was
	 * sent to them before is still received. Does nothing if the stream has ended. As
	 * with {@link #join}, a stream that comes back has joined what its method joins.
	 * @param topic the topic's exact name, or a pattern as it was joined; a topic that a
	 * pattern matches stays
	 * @param more more names
	 * @throws SseNodeException if the stream is on another node, which does not answer
	 */
	void leave(String topic, String... more);

	/**
	 * Closes the client's streams.
	 */
	void close();

}
