package io.github.ssestarter.fanout;

import java.time.Instant;

import io.github.ssestarter.backplane.EventId;

/**
 * The log was not the one that a node knew, so that its streams were told of a gap.
 *
 * @param when when the node found out
 * @param from the last position of what it knew
 * @param to where it went on
 * @param reason why, as part of a sentence
 * @param streams how many streams the node had
 * @since 0.1.0
 */
public record LogGap(Instant when, EventId from, EventId to, String reason, int streams) {
}
