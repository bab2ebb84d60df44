package io.github.ssestarter;

/**
 * Application event: the last stream of this node that had joined a topic has left it, or
 * has ended, so that what feeds it may stop. Published on one of a few threads for
 * callbacks; for each topic in turn with {@link SseTopicActiveEvent}.
 *
 * @param topic the topic's name, or the pattern
 * @since 0.1.0
 */
public record SseTopicIdleEvent(String topic) {
}
