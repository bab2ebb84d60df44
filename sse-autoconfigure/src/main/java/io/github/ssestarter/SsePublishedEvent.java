package io.github.ssestarter;

import org.jspecify.annotations.Nullable;

/**
 * An event that was published, as it is on the wire.
 *
 * @param id its place in the log, which {@link SseBroadcaster#publish} tells too
 * @param audience who hears it
 * @param name its name, {@code null} if it has none
 * @param data its data, text or JSON; {@code null} for a comment alone
 * @since 0.1.0
 */
public record SsePublishedEvent(String id, SseAudience audience, @Nullable String name, @Nullable String data) {
}
