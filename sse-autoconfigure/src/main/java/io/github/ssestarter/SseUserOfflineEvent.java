package io.github.ssestarter;

/**
 * Application event: the last stream of a user has ended. With Redis that is the last one
 * on any node, and the event is published once: on the node where it has ended or, for
 * those of a node that has died, on one of the others, within
 * {@code sse.redis.node-timeout}. Otherwise as with {@link SseUserOnlineEvent}. A user
 * who comes to another node in that moment may be told of there before this is told here:
 * {@link SseConnections#isOnline(String)} knows what counts.
 *
 * @param user the user's name
 * @since 0.1.0
 */
public record SseUserOfflineEvent(String user) {
}
