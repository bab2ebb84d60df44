package io.github.ssestarter.tickets;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known on every node of the user of a ticket.
 *
 * @param name the name, not empty
 * @param authorities what the user may do
 * @param loginEndsAt when the login ends that the ticket was issued with, {@code null} if
 * that is not known
 * @param login how the user logged in
 * @since 0.1.0
 */
public record TicketUser(String name, List<Authority> authorities, @Nullable Instant loginEndsAt, Login login) {

	/**
	 * How somebody logged in.
	 */
	public enum Login {

		/** With the name, by which the user can be looked up. */
		BY_NAME,

		/** With the name, some time ago: remembered since. */
		REMEMBERED,

		/** In another way, such as by a token. */
		OTHER

	}

	/**
	 * An authority.
	 *
	 * @param name its name, such as {@code ROLE_ADMIN}
	 * @param since when it was proven, for a factor of the login; {@code null} for others
	 */
	public record Authority(String name, @Nullable Instant since) {
	}

}
