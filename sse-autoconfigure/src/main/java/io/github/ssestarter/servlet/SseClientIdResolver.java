package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseClientIds;

/**
 * Tells the id of the client that sends a request. A bean of this type replaces the
 * starter's own way, which is to take the id that a request presents in the header
 * {@code Sse-Client-Id}, or else in the parameter {@code sse.client-id.parameter}, if
 * {@link SseClientIds} verifies it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SseClientIdResolver {

	/**
	 * The id of a request's client. Called on the request's thread.
	 * @param request the request, which opens a stream or has an {@link SseClient}
	 * @return the id: not empty, of visible ASCII characters, at most
	 * {@code sse.limits.max-client-id-length} of them. {@code null} if the request has
	 * none: a stream is then given a new one, and an {@link SseClient} answered with 400
	 */
	@Nullable String resolve(HttpServletRequest request);

}
