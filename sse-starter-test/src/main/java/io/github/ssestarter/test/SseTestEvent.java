package io.github.ssestarter.test;

/**
 * An event as a browser's {@code EventSource} would have dispatched it.
 *
 * @param name the event's type, {@code "message"} where the server gave none
 * @param data the data, its lines separated by LF
 * @param lastEventId the client's cursor after this event: the id of this event or, as it
 * had none, of one before it; {@code ""} if there was none
 * @since 0.1.0
 */
public record SseTestEvent(String name, String data, String lastEventId) {

}
