package io.github.ssestarter.openapi;

import org.jspecify.annotations.Nullable;

/**
 * What is the same of all streams of an application.
 *
 * @param clientIdParameter in which a client presents its id, {@code null} if the
 * application finds ids in a way of its own
 * @param mayBeTooMany whether who asks for too much gets 429
 * @param mayHaveNoRoom whether there may be no room, which is 503
 * @param mayBeDuplicate whether a client's second stream gets 409
 * @since 0.1.0
 */
public record StreamAnswers(@Nullable String clientIdParameter, boolean mayBeTooMany, boolean mayHaveNoRoom,
		boolean mayBeDuplicate) {
}
