package io.github.ssestarter.tickets;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * The tickets of this node alone. Those that are over go as others come, or are asked
 * for.
 *
 * @since 0.1.0
 */
public final class LocalTickets implements TicketStore {

	private final int capacity;

	private final InstantSource clock;

	@GuardedBy("this")
	private final Map<String, Ticket> tickets = new HashMap<>();

	/** Of the same, the next one to be over first. */
	@GuardedBy("this")
	private final NavigableSet<Expiry> expiries = new TreeSet<>(
			Comparator.comparing(Expiry::moment).thenComparing(Expiry::key));

	/**
	 * No tickets yet.
	 * @param capacity for how many there is room
	 * @param clock tells the time
	 */
	public LocalTickets(int capacity, InstantSource clock) {
		this.capacity = capacity;
		this.clock = clock;
	}

	@Override
	public synchronized boolean keep(String key, Ticket ticket) {
		removeThoseThatAreOver();
		if (this.tickets.size() >= this.capacity) {
			return false;
		}
		this.tickets.put(key, ticket);
		this.expiries.add(new Expiry(ticket.expiresAt(), key));
		return true;
	}

	@Override
	public synchronized @Nullable Ticket take(String key) {
		removeThoseThatAreOver();
		Ticket ticket = this.tickets.remove(key);
		if (ticket != null) {
			this.expiries.remove(new Expiry(ticket.expiresAt(), key));
		}
		return ticket;
	}

	@GuardedBy("this")
	private void removeThoseThatAreOver() {
		Instant now = this.clock.instant();
		while (!this.expiries.isEmpty() && !this.expiries.first().moment().isAfter(now)) {
			this.tickets.remove(this.expiries.first().key());
			this.expiries.pollFirst();
		}
	}

	/**
	 * When a ticket is over.
	 */
	private record Expiry(Instant moment, String key) {
	}

}
