package io.github.ssestarter;

/**
 * Application event: a user who had no stream open has one. With Redis that is a stream
 * on any node, and the event is published once, on the node where the stream has opened:
 * what a listener does, such as to write to a database or to send an event to everyone,
 * is to be done once, and all nodes hear what is sent. Without Redis it is the streams of
 * this node. Published on one of a few threads for callbacks. If a user comes and goes
 * faster than listeners are told, they may be told of neither.
 * <p>
 * What becomes known is told at once: a user who reloads a page with the only stream may
 * be told of as gone, and as back a moment later. Wait for a few seconds before you show
 * somebody as gone, if that disturbs. After Redis has lost its data users who are there
 * are told of again.
 *
 * @param user the user's name
 * @since 0.1.0
 */
public record SseUserOnlineEvent(String user) {
}
