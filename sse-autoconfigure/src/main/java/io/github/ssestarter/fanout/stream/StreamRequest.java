package io.github.ssestarter.fanout.stream;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.WireId;

/**
 * Who asks for a stream.
 *
 * @param clientId the client's id
 * @param principal the user, {@code null} if nobody is logged in
 * @param user the user's name, asked once: a principal may not know it for ever
 * @param presented the id that the client says it received last, {@code null} if it does
 * not
 * @param address where it asks from, {@code null} if that is not known
 * @param sessionId the session that it has, {@code null} for none
 * @since 0.1.0
 */
public record StreamRequest(String clientId, @Nullable Principal principal, @Nullable String user,
		@Nullable WireId presented, @Nullable String address, @Nullable String sessionId) {

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
		this(clientId, principal, (principal != null) ? principal.getName() : null, WireId.parse(lastEventId), address,
				sessionId);
	}

	StreamRequest withSession(String sessionId) {
		return new StreamRequest(this.clientId, this.principal, this.user, this.presented, this.address, sessionId);
	}

}
