package io.github.ssestarter;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Application event: an opened stream has ended. Published on one of a few threads for
 * callbacks.
 *
 * @param clientId the client's id, a credential for {@link SseClient} requests: do not
 * log it
 * @param user the user's name, {@code null} if nobody is logged in
 * @param topics what the stream had joined at its end
 * @param reason why it ended
 * @param duration how long it was open
 * @since 0.1.0
 */
public record SseStreamClosedEvent(String clientId, @Nullable String user, Set<String> topics, SseCloseReason reason,
		Duration duration) {
}
