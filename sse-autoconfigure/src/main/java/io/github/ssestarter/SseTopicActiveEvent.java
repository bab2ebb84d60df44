package io.github.ssestarter;

/**
 * Application event: a first stream of this node has joined a topic, so that what feeds
 * it may start. Published on one of a few threads for callbacks; for each topic in turn
 * with {@link SseTopicIdleEvent}. A listener that is slow may not be told of a topic that
 * became active and idle meanwhile. A pattern counts as itself, and not as the topics
 * that it matches.
 *
 * @param topic the topic's name, or the pattern
 * @since 0.1.0
 */
public record SseTopicActiveEvent(String topic) {
}
