package io.github.ssestarter;

/**
 * Code that produces events for a topic of its own, whether somebody hears it or not: see
 * {@link SseRuns}. All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface SseRun {

	/**
	 * The id by which it was started.
	 * @return the id
	 */
	String id();

	/**
	 * The topic that it sends to, {@code run/} and its id: a stream joins it, with
	 * {@link SseStream#fromStart()} to hear it from its start. Who may is the
	 * {@link SseAuthorizer}'s to say, as of any topic.
	 * @return the topic's exact name
	 */
	String topic();

	/**
	 * Sends an event to all who hear the run, as {@link SseBroadcaster#send} does.
	 * @param event the event
	 * @return this run
	 * @throws IllegalStateException if it has ended
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	SseRun send(SseEvent event);

	/**
	 * Sends a named event to all who hear the run.
	 * @param eventName the event's name
	 * @param data a {@link CharSequence}, sent as it is, or any object, sent as JSON
	 * @return this run
	 * @throws IllegalStateException if it has ended
	 * @throws IllegalArgumentException if the event cannot be sent
	 */
	default SseRun send(String eventName, Object data) {
		return send(SseEvent.of(eventName, data));
	}

	/**
	 * Whether it is to come to its end: {@link SseRuns#stop} was called, it has lived for
	 * {@code sse.runs.max-life}, or the application stops. Never since a client has gone.
	 * What it still has to say it may send.
	 * @return whether it was stopped
	 */
	boolean isStopped();

	/**
	 * Registers what is done when it is stopped, such as to cancel a request to a model.
	 * Runs once, on a thread for callbacks; at once if it is stopped already, and never
	 * if it ends by itself.
	 * @param callback what is done
	 */
	void onStop(Runnable callback);

	/**
	 * Whether its body has returned, or thrown.
	 * @return whether it has ended
	 */
	boolean hasEnded();

}
