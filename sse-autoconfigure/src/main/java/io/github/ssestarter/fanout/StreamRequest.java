package io.github.ssestarter.fanout;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * Who asks for a stream.
 *
 * @param clientId the client's id
 * @param principal the user, {@code null} if nobody is logged in
 * @param lastEventId what the client says it received last, {@code null} if it does not
 * @param address where it asks from, {@code null} if that is not known
 * @since 0.1.0
 */
public record StreamRequest(String clientId, @Nullable Principal principal, @Nullable String lastEventId,
		@Nullable String address) {

	public StreamRequest {
		lastEventId = (lastEventId != null && !lastEventId.isEmpty()) ? lastEventId : null;
	}

	/**
	 * The user's name.
	 * @return the name, {@code null} if nobody is logged in
	 */
	public @Nullable String user() {
		return (this.principal != null) ? this.principal.getName() : null;
	}

}
