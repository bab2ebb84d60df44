package io.github.ssestarter;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * Decides what a stream may hear, for as long as it lives: a bean of the application's
 * own, or made of {@code sse.security.rules}. Without one, whatever a controller joins is
 * allowed.
 * <p>
 * It is asked at each join, for a pattern and then for each topic that the pattern
 * matches, before the first event of that topic, and again for all of it on
 * {@code sse.security.recheck-interval}. A refusal at a join is answered 403. Once the
 * response is committed the stream goes on without the topic, and without whatever was
 * still due of it, or is closed as {@link SseCloseReason#FORBIDDEN} if no topic remains.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SseAuthorizer {

	/**
	 * Whether a stream may hear a topic. Called on the thread that joins, or on one of a
	 * few threads for questions; may wait, for a database say: meanwhile only the stream
	 * itself waits. If it throws at a join, the method that joins sees it; if it throws
	 * at a topic's first event, the stream is closed as {@link SseCloseReason#FAILED}, so
	 * that its client can come back and loses nothing; if it throws when asked again, all
	 * stays as it was for one round, and if it throws in the next round too, the stream
	 * goes on without the topic, or is closed as {@link SseCloseReason#FAILED} if no
	 * topic remains. On whatever thread, it finds Spring Security's context of the
	 * stream, and Micrometer's values of the request that opened it.
	 * @param principal the user of the stream, {@code null} if nobody is logged in
	 * @param topicOrPattern the topic, or the pattern as it is joined: to allow it is not
	 * yet to allow the topics that it matches
	 * @return whether it may
	 */
	boolean mayJoin(@Nullable Principal principal, String topicOrPattern);

}
