package io.github.ssestarter.autoconfigure;

import java.time.Clock;

import io.github.ssestarter.servlet.SseStartUpException;
import io.github.ssestarter.tickets.LocalTickets;

/**
 * Turns the properties of tickets into the room for them, and refuses wrong ones.
 *
 * @since 0.1.0
 */
public final class TicketSettingsMapper {

	private TicketSettingsMapper() {
	}

	/**
	 * The room of one node.
	 * @param properties the properties
	 * @return no tickets yet
	 * @throws SseStartUpException if a property is wrong
	 */
	public static LocalTickets room(SseProperties properties) {
		SseProperties.Tickets tickets = properties.getTickets();
		return new LocalTickets(PropertyChecks.positive("sse.tickets.max", tickets.getMax()),
				PropertyChecks.positive("sse.tickets.max-per-user", tickets.getMaxPerUser()), Clock.systemUTC());
	}

}
