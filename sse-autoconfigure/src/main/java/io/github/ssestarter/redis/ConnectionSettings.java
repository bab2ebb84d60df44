package io.github.ssestarter.redis;

import java.time.Duration;

import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a node is connected to its log.
 *
 * @param key the key of the stream; another key is made of it, which has the same slot in
 * a cluster if this one has a hash tag
 * @param maxLength how many entries the log keeps at least
 * @param timeout how long to wait for an answer; longer than a read waits for something
 * new, see {@link LettuceConnector#MIN_TIMEOUT}
 * @param connectTimeout how long to wait for a connection to one address; where there are
 * many, such as those of sentinels, one is tried after the other
 * @param ssl how connections are secured, {@code null} for Lettuce's defaults
 * @since 0.1.0
 */
public record ConnectionSettings(String key, long maxLength, Duration timeout, Duration connectTimeout,
		@Nullable SslOptions ssl) {
}
