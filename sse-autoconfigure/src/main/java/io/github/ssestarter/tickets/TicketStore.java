package io.github.ssestarter.tickets;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseTicketStoreException;

/**
 * Keeps the tickets that are not used yet. Called from any thread, also of the
 * container's; a store that others share may wait for them.
 *
 * @since 0.1.0
 */
public interface TicketStore {

	/**
	 * Keeps a ticket until it is taken, or it is too late for it.
	 * @param key what it is kept under, see {@link Ticket#keyOf}
	 * @param ticket what it is good for
	 * @return whether there was room
	 * @throws SseTicketStoreException if it cannot be kept now
	 */
	boolean keep(String key, Ticket ticket);

	/**
	 * Takes a ticket away. Of all who ask for one, one alone gets it.
	 * @param key what it is kept under
	 * @return what it is good for, {@code null} if there is none, or it is too late
	 * @throws SseTicketStoreException if that cannot be found out now; the ticket may be
	 * used up
	 */
	@Nullable Ticket take(String key);

}
