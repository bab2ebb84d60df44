package io.github.ssestarter;

import java.security.Principal;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * One client's connection: a parameter of a controller method.
 * <p>
 * While the method runs the stream is <em>attached</em>: {@code send} writes and flushes
 * at once on the calling thread, and waits for the client. It ends when the method
 * returns, unless the method called {@link #join}, or {@link #keepOpen}: then it goes on
 * <em>detached</em>, nobody waits for the client any more, and {@code send} puts the
 * event into a queue of at most {@code sse.stream.buffer-size} bytes.
 * <p>
 * The response is committed (status 200, headers, the first bytes) by the first of
 * {@link #open()}, {@code send} and {@link #comment}, or when the method of a joined or
 * kept stream has returned. Until then the method may still throw, set headers, status
 * and cookies, or call {@link #noContent()}.
 * <p>
 * A stream that is committed while its method runs holds the method's thread, and there
 * is room for {@code sse.limits.max-attached} of them on a node. Who commits one more
 * gets an {@link SseClosedException}: nothing was sent, and that stream has ended. The
 * method may let the exception pass, or catch it and return: its client is told in either
 * case to come back later, as by all of {@code sse.limits}.
 * <p>
 * All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface SseStream {

	/**
	 * The client's id: the one that it presented, or a new one. Who knows it can reach
	 * this stream by an {@link SseClient} request, so do not log it.
	 * @return the id, stable while the client presents it
	 */
	String clientId();

	/**
	 * The last {@linkplain SseEvent#id(String) id of the application's own} that the
	 * client says it received, from the header {@code Last-Event-ID} or the parameter
	 * {@code lastEventId}; the header wins. A client can make it up.
	 * @return the id, {@code null} if there is none
	 * @see #position()
	 */
	@Nullable String lastEventId();

	/**
	 * The place in the log up to which the client says it received all: it comes with
	 * each id that a joined or kept stream is sent, beside the application's own. What
	 * was published after it comes by itself once the stream joins. A client can make it
	 * up.
	 * @return the place, {@code null} if there is none: this is a new client
	 */
	@Nullable String position();

	/**
	 * The user who opened the stream.
	 * @return the principal, {@code null} if nobody is logged in
	 */
	@Nullable Principal principal();

	/**
	 * Commits the response now, so that the client sees its stream open.
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, or there is no room for it
	 */
	SseStream open();

	/**
	 * Answers 204, which tells a browser's {@code EventSource} not to come back.
	 * @throws IllegalStateException if the response is committed, or the stream has
	 * joined or is kept open
	 */
	void noContent();

	/**
	 * Sends an event to this client alone.
	 * @param event the event; if it has an id, the client comes back with it, see
	 * {@link #lastEventId()}. On a stream that has joined, or is kept open, the client is
	 * sent that with its {@linkplain #position() place in the log}, as one id
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, its client does not keep up, or
	 * there is no room for it
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	SseStream send(SseEvent event);

	/**
	 * Sends data to this client alone.
	 * @param data a {@link CharSequence}, sent as it is; an {@link SseEvent}, or Spring's
	 * {@code ServerSentEvent}, sent as one; or any object, sent as JSON
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, its client does not keep up, or
	 * there is no room for it
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	SseStream send(Object data);

	/**
	 * Sends a named event to this client alone.
	 * @param eventName the event's name
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, its client does not keep up, or
	 * there is no room for it
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	default SseStream send(String eventName, Object data) {
		return send(SseEvent.of(eventName, data));
	}

	/**
	 * Sends a comment, which fires nothing at the client.
	 * @param text the comment
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, its client does not keep up, or
	 * there is no room for it
	 */
	default SseStream comment(String text) {
		return send(SseEvent.commentOnly(text));
	}

	/**
	 * Sends items to this client alone, each like {@link #send(Object)}.
	 * <p>
	 * While the method runs they are drawn on the calling thread, which waits for the
	 * client: this returns when all are written. What the items throw reaches the caller.
	 * After the method has returned this returns at once, nobody waits, and the items are
	 * drawn on the application's task executor, on one thread at a time, as there is room
	 * for them: never more than half of {@code sse.stream.buffer-size}, the other half
	 * being left to {@code send}. A few streams are drawn for at once, so items that have
	 * to be waited for belong into a publisher, see {@link #sendFrom}. What they throw,
	 * or what cannot be sent, is logged and ends the stream as
	 * {@link SseCloseReason#FAILED}, after what was sent before. Nothing more is drawn
	 * once the stream has ended.
	 * @param items the items
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, or ends meanwhile
	 * @throws IllegalArgumentException if an item cannot be sent, while the method runs
	 */
	SseStream sendAll(Iterable<?> items);

	/**
	 * Sends items to this client alone, as {@link #sendAll(Iterable)} does, and closes
	 * what they come from once all are sent, or nothing more is drawn.
	 * @param items the items; not parallel
	 * @return this stream
	 * @throws SseClosedException if the stream has ended, or ends meanwhile
	 * @throws IllegalArgumentException if an item cannot be sent, while the method runs
	 */
	SseStream sendAll(Stream<?> items);

	/**
	 * Sends what a publisher yields to this client alone, each item like
	 * {@link #send(Object)}, no faster than the client takes it: an item is asked for
	 * when there is room for it. Returns at once, and keeps the stream open after the
	 * method; the publisher is subscribed to when that has returned, on the application's
	 * task executor.
	 * <p>
	 * When the publisher completes, and no other that the stream sends from is left, the
	 * stream completes, unless it has joined or {@link #keepOpen()} was called. If the
	 * publisher fails, or yields what cannot be sent, that is logged and ends the stream
	 * as {@link SseCloseReason#FAILED}, after what was sent before: a publisher that has
	 * more to tell of its error yields an event instead of it. When the stream ends in
	 * any other way, the publisher is cancelled.
	 * @param publisher a {@link java.util.concurrent.Flow.Publisher}, or what Spring's
	 * {@code ReactiveAdapterRegistry} knows: a {@code Flux} or {@code Mono}, a Kotlin
	 * {@code Flow}, what RxJava and Mutiny have, a {@code CompletionStage}
	 * @return this stream
	 * @throws SseClosedException if the stream has ended
	 * @throws IllegalArgumentException if that is no publisher
	 */
	SseStream sendFrom(Object publisher);

	/**
	 * Keeps the stream open after the method returned, and lets it receive what is sent
	 * to everyone, to its user, to its client id and to the topics. What it missed since
	 * its {@link #position()} comes first.
	 * @param topics exact names, see {@link SseTopic#requireName(String)}
	 * @return this stream
	 * @throws SseTopicException if a name is not one of a topic, or the stream has too
	 * many; before the commit that is answered 400 if nothing catches it
	 * @throws SseClosedException if the stream has ended; as
	 * {@link SseCloseReason#FORBIDDEN} if the {@link SseAuthorizer} refuses a topic,
	 * which is answered 403 if nothing catches it. Once the response is committed the
	 * stream goes on without that topic, if it hears anything else
	 */
	SseStream join(String... topics);

	/**
	 * Joins all topics that match a pattern, those that are sent to for the first time
	 * later included; otherwise like {@link #join(String...)}.
	 * @param pattern a {@link org.springframework.web.util.pattern.PathPattern}, such as
	 * <code>orders/*</code>, <code>orders/{id}/state</code> or <code>orders/**</code>,
	 * without percent-decoding; never made of a request's input, which could ask for
	 * everything, or for a regular expression that takes for ever
	 * @return this stream
	 * @throws IllegalArgumentException if the pattern cannot be read or is too long, or
	 * the stream has too many topics
	 * @throws SseClosedException if the stream has ended
	 */
	SseStream joinMatching(String pattern);

	/**
	 * Lets a newcomer, who presents no id of an event that is still held, begin at the
	 * oldest event that is.
	 * @return this stream
	 * @throws IllegalStateException if the method that took the stream has returned
	 */
	SseStream fromStart();

	/**
	 * Lets a newcomer begin with the last events, without superseded ones, that it would
	 * have heard of what it joins before anything is sent to it. Who presents an id that
	 * is held goes on from there. Of this, {@link #fromStart()} and {@link #latest()},
	 * the last call counts.
	 * @param events how many events, at least one; fewer come if fewer are held
	 * @return this stream
	 * @throws IllegalArgumentException if it is less than one
	 * @throws IllegalStateException if the method that took the stream has returned
	 */
	SseStream fromLast(int events);

	/**
	 * Lets a newcomer begin with the newest event that is held of each topic that it
	 * joins, and of each {@linkplain SseEvent#key(String) key} in it, in the order in
	 * which they were sent; then all that comes. What was sent to everyone, or to a user
	 * or client and no topic, is not of a topic. Who presents an id that is held goes on
	 * from there. Of this, {@link #fromStart()} and {@link #fromLast(int)}, the last call
	 * counts.
	 * @return this stream
	 * @throws IllegalStateException if the method that took the stream has returned
	 */
	SseStream latest();

	/**
	 * Leaves topics; what was sent to them before is still received.
	 * @param topic the topic's exact name, or a pattern as it was joined; a topic that a
	 * pattern matches stays
	 * @param more more names
	 * @return this stream
	 */
	SseStream leave(String topic, String... more);

	/**
	 * Keeps the stream open after the method returned, without joining: it is reached by
	 * {@code send} and by its client id only.
	 * @return this stream
	 * @throws SseClosedException if the stream has ended
	 */
	SseStream keepOpen();

	/**
	 * Registers what to do when the stream has ended, in whatever way. Runs on one of a
	 * few threads for callbacks, in the order of registration; at once if the stream has
	 * ended already. If the stream is ended while its method is at work, it runs at once,
	 * and may tell the method so: that is interrupted later, if at all
	 * ({@code sse.stream.interrupt}). It finds around it the login, and Micrometer's
	 * values, of the thread that registered it.
	 * @param callback takes the reason
	 * @return this stream
	 */
	SseStream onClose(Consumer<SseCloseReason> callback);

	/**
	 * Whether events can still be sent. Not from the moment on at which it is decided
	 * that, and why, the stream ends, though its last bytes may still be on their way. A
	 * client that has gone is noticed at the next write, a heartbeat at the latest.
	 * @return whether the stream is open
	 */
	boolean isOpen();

	/**
	 * Ends the stream after what was sent before. A browser's {@code EventSource} comes
	 * back after its retry time unless the page closes it, or the next request is
	 * answered with {@link #noContent()}.
	 */
	void complete();

}
