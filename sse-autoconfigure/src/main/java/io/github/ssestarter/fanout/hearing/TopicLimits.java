package io.github.ssestarter.fanout.hearing;

/**
 * What a stream may join.
 *
 * @param maxPerStream how many topics and patterns,
 * {@code sse.limits.max-topics-per-stream}
 * @param maxLength how many characters the name of one may have,
 * {@code sse.limits.max-topic-length}
 * @since 0.1.0
 */
public record TopicLimits(int maxPerStream, int maxLength) {
}
