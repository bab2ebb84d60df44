package io.github.ssestarter.fanout.stream;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * Who asks for a stream.
 *
 * @param clientId the client's id
 * @param principal the user, {@code null} if nobody is logged in
 * @param user the user's name, asked once: a principal may not know it for ever
 * @param lastEventId what the client says it received last, {@code null} if it does not
 * @param address where it asks from, {@code null} if that is not known
 * @param sessionId the session that it has, {@code null} for none
 * @since 0.1.0
 */
public record StreamRequest(String clientId, @Nullable Principal principal, @Nullable String user,
		@Nullable String lastEventId, @Nullable String address, @Nullable String sessionId) {

	/**
	 * Creates a request, whose user has the principal's name.
	 * @param clientId the client's id
	 * @param principal the user, {@code null} if nobody is logged in
	 * @param lastEventId what the client says it received last, {@code null} or empty if
	 * it does not
	 * @param address where it asks from, {@code null} if that is not known
	 * @param sessionId the session that it has, {@code null} for none
	 */
	public StreamRequest(String clientId, @Nullable Principal principal, @Nullable String lastEventId,
			@Nullable String address, @Nullable String sessionId) {
		this(clientId, principal, (principal != null) ? principal.getName() : null,
				(lastEventId != null && !lastEventId.isEmpty()) ? lastEventId : null, address, sessionId);
	}

	StreamRequest withSession(String sessionId) {
		return new StreamRequest(this.clientId, this.principal, this.user, this.lastEventId, this.address, sessionId);
	}

}
