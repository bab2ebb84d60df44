package io.github.ssestarter.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseClientIds;

/**
 * Takes the client id that a request presents, if it was given out.
 *
 * @since 0.1.0
 */
public final class PresentedClientIdResolver implements SseClientIdResolver {

	private final SseRequest reader;

	private final SseClientIds clientIds;

	/**
	 * Creates the resolver.
	 * @param reader reads requests
	 * @param clientIds verifies client ids
	 */
	public PresentedClientIdResolver(SseRequest reader, SseClientIds clientIds) {
		this.reader = reader;
		this.clientIds = clientIds;
	}

	@Override
	public @Nullable String resolve(HttpServletRequest request) {
		String id = this.reader.clientId(request);
		return (id != null && this.clientIds.verify(id)) ? id : null;
	}

}
