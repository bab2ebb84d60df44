package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseClientIds;

/**
 * The client ids of requests: those that they have, and new ones.
 *
 * @since 0.1.0
 */
public final class RequestClientIds {

	private final SseClientIdResolver resolver;

	private final SseClientIds clientIds;

	private final int maxLength;

	/**
	 * Creates the client ids of requests.
	 * @param resolver tells what a request has
	 * @param clientIds makes new ones
	 * @param maxLength how many characters an id may have
	 */
	public RequestClientIds(SseClientIdResolver resolver, SseClientIds clientIds, int maxLength) {
		this.resolver = resolver;
		this.clientIds = clientIds;
		this.maxLength = maxLength;
	}

	@Nullable String find(HttpServletRequest request) {
		String id = this.resolver.resolve(request);
		return (id != null) ? requireValid(id, this.resolver) : null;
	}

	String findOrCreate(HttpServletRequest request) {
		String id = find(request);
		return (id != null) ? id : requireValid(this.clientIds.create(), this.clientIds);
	}

	private String requireValid(String id, Object source) {
		if (id.isEmpty() || id.length() > this.maxLength || !id.chars().allMatch((c) -> c > ' ' && c < 0x7F)) {
			throw new IllegalStateException("The client id of " + source.getClass().getName() + " has " + id.length()
					+ " characters: it has to have 1 to " + this.maxLength
					+ " (sse.limits.max-client-id-length), all of them visible ASCII characters");
		}
		return id;
	}

}
