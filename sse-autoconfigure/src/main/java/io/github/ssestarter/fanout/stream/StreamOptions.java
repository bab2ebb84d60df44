package io.github.ssestarter.fanout.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;

/**
 * What one stream has of its own.
 *
 * @param heartbeatInterval after how long without a write a heartbeat is sent, zero for
 * never
 * @param greeting what is sent first once the stream is detached and can be reached,
 * {@code null} for nothing; it carries the stream's position
 * @since 0.1.0
 */
public record StreamOptions(Duration heartbeatInterval, @Nullable SseEvent greeting) {
}
