package io.github.ssestarter;

import org.jspecify.annotations.Nullable;

/**
 * The caller's own stream, opened by another request: a parameter of a controller method.
 * The caller names it by the client id that it was told when it opened the stream, in the
 * header {@code Sse-Client-Id} or the parameter of {@code sse.client-id.parameter}. A
 * request that names none is answered 400, one whose client has no stream 404.
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
	 * Closes the client's streams.
	 */
	void close();

}
