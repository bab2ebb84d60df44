package io.github.ssestarter.tickets;

import java.security.Principal;
import java.util.List;

/**
 * Takes the users of tickets from node to node: an SPI for applications that want to find
 * a user of their own type, such as {@code @AuthenticationPrincipal}, where a ticket of
 * many nodes opens a stream. Called on threads of requests, also where the stream is
 * opened on the node that has issued the ticket.
 *
 * @since 0.1.0
 */
public interface TicketUsers {

	/** Users with nothing but a name. */
	TicketUsers NAMED = new TicketUsers() {

		@Override
		public TicketUser describe(Principal principal) {
			return new TicketUser(principal.getName(), List.of(), null, TicketUser.Login.OTHER);
		}

		@Override
		public Principal restore(TicketUser user) {
			return new NamedUser(user.name());
		}

	};

	/**
	 * Says what other nodes are to know of a user.
	 * @param principal whom a ticket is issued for
	 * @return what is kept with the ticket
	 */
	TicketUser describe(Principal principal);

	/**
	 * Makes the user who opens a stream with a ticket. May look it up.
	 * @param user what was kept
	 * @return the user, with Spring Security an {@code Authentication}
	 */
	Principal restore(TicketUser user);

}
