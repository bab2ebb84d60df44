package io.github.ssestarter.fanout.shard;

import java.time.Duration;

/**
 * What one stream has of its own.
 *
 * @param heartbeatInterval after how long without a write a heartbeat is sent, zero for
 * never
 * @param retry after which time its client comes back once the stream is lost, unless it
 * is told otherwise at the stream's end
 * @since 0.1.0
 */
public record StreamOptions(Duration heartbeatInterval, Duration retry) {
}
