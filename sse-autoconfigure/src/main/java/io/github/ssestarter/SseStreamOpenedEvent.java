package io.github.ssestarter;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Application event: a stream was opened, its response is committed. Published on one of
 * a few threads for callbacks, before the stream's {@link SseStreamClosedEvent}.
 *
 * @param clientId the client's id, a credential for {@link SseClient} requests: do not
 * log it
 * @param user the user's name, {@code null} if nobody is logged in
 * @param topics what the stream had joined by then
 * @since 0.1.0
 */
public record SseStreamOpenedEvent(String clientId, @Nullable String user, Set<String> topics) {
}
