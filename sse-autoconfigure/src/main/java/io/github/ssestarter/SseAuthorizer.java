package io.github.ssestarter;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * Decides who may join what: a bean of the application's own. Without one, whatever a
 * controller joins is allowed. A refusal is answered 403 while the response is not
 * committed.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SseAuthorizer {

	/**
	 * Whether a stream may join a topic. Called on the thread that joins; may wait, for a
	 * database say.
	 * @param principal the user of the stream, {@code null} if nobody is logged in
	 * @param topicOrPattern the topic, or the pattern as it is joined: to allow a pattern
	 * is to allow every topic that it matches
	 * @return whether it may
	 */
	boolean mayJoin(@Nullable Principal principal, String topicOrPattern);

}
