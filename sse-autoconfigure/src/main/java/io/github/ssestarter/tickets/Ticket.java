package io.github.ssestarter.tickets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Principal;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/**
 * What a ticket is good for. The ticket itself is kept nowhere, only its key.
 *
 * @param principal who opens a stream with it
 * @param topics what alone that stream may join
 * @param expiresAt from when on it is too late
 * @since 0.1.0
 */
public record Ticket(Principal principal, Set<String> topics, Instant expiresAt) {

	/** The attribute of a request that has one, which is used up by then. */
	public static final String ATTRIBUTE = Ticket.class.getName();

	/**
	 * What a ticket is kept under: of no use to whoever can look into the store.
	 * @param token the ticket, as its client has it
	 * @return its SHA-256, in base64
	 */
	public static String keyOf(String token) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java has no SHA-256", ex);
		}
	}

}
