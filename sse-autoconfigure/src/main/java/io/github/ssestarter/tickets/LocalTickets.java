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

	private final int capacityPerUser;

	private final InstantSource clock;

	@GuardedBy("this")
	private final Map<String, Ticket> tickets = new HashMap<>();

	/** How many of them each user has, by name. */
	@GuardedBy("this")
	private final Map<String, Integer> counts = new HashMap<>();

	/** Of the same, the next one to be over first. */
	@GuardedBy("this")
	private final NavigableSet<Expiry> expiries = new TreeSet<>(
			Comparator.comparing(Expiry::moment).thenComparing(Expiry::key));

	/**
	 * No tickets yet.
	 * @param capacity for how many there is room
	 * @param capacityPerUser for how many of one user, so that none takes the room of all
	 * @param clock tells the time
	 */
	public LocalTickets(int capacity, int capacityPerUser, InstantSource clock) {
		this.capacity = capacity;
		this.capacityPerUser = capacityPerUser;
		this.clock = clock;
	}

	@Override
	public synchronized boolean keep(String key, Ticket ticket) {
		removeThoseThatAreOver();
		String user = ticket.principal().getName();
		int count = this.counts.getOrDefault(user, 0);
		if (count >= this.capacityPerUser || this.tickets.size() >= this.capacity) {
			return false;
		}
		this.counts.put(user, count + 1);
		this.tickets.put(key, ticket);
		this.expiries.add(new Expiry(ticket.expiresAt(), key));
		return true;
	}

	@Override
	public synchronized @Nullable Ticket take(String key) {
		removeThoseThatAreOver();
		Ticket ticket = remove(key);
		if (ticket != null) {
			this.expiries.remove(new Expiry(ticket.expiresAt(), key));
		}
		return ticket;
	}

	@GuardedBy("this")
	private void removeThoseThatAreOver() {
		Instant now = this.clock.instant();
		while (!this.expiries.isEmpty() && !this.expiries.first().moment().isAfter(now)) {
			remove(this.expiries.first().key());
			this.expiries.pollFirst();
		}
	}

	@GuardedBy("this")
	private @Nullable Ticket remove(String key) {
		Ticket ticket = this.tickets.remove(key);
		if (ticket != null) {
			this.counts.computeIfPresent(ticket.principal().getName(), (user, count) -> (count > 1) ? count - 1 : null);
		}
		return ticket;
	}

	/**
	 * When a ticket is over.
	 */
	private record Expiry(Instant moment, String key) {
	}

}
