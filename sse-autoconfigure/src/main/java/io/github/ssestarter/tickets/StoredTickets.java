package io.github.ssestarter.tickets;

import java.security.Principal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseTicketException;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.fanout.hearing.JoinChecks;
import io.github.ssestarter.fanout.hearing.TopicLimits;

/**
 * Tickets of 256 random bits, which a store keeps.
 *
 * @since 0.1.0
 */
public final class StoredTickets implements SseTickets {

	/** The longest time for which a ticket may be good. */
	public static final Duration MAX_TTL = Duration.ofMinutes(5);

	private static final int BYTES = 32;

	private final TicketStore store;

	private final Duration ttl;

	private final TopicLimits limits;

	private final InstantSource clock;

	private final RandomGenerator random;

	private final Predicate<Principal> nobody;

	/**
	 * Creates it.
	 * @param store keeps them
	 * @param ttl how long they are good, unless they are to be for another time
	 * @param limits what a stream may join
	 * @param clock tells the time
	 * @param random a source that nobody can guess
	 * @param nobody whether one is no user, but stands for nobody
	 */
	public StoredTickets(TicketStore store, Duration ttl, TopicLimits limits, InstantSource clock,
			RandomGenerator random, Predicate<Principal> nobody) {
		this.nobody = nobody;
		this.store = store;
		this.ttl = ttl;
		this.limits = limits;
		this.clock = clock;
		this.random = random;
	}

	@Override
	public String issue(Principal principal, Collection<String> topics) {
		return issue(principal, topics, this.ttl);
	}

	@Override
	public String issue(Principal principal, Collection<String> topics, Duration ttl) {
		requireUser(principal);
		Set<String> names = names(topics);
		if (ttl.isZero() || ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0) {
			throw new IllegalArgumentException(
					"A ticket cannot be good for " + ttl + ": for more than no time, and for five minutes at most");
		}
		byte[] bytes = new byte[BYTES];
		this.random.nextBytes(bytes);
		String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
		if (!this.store.keep(Ticket.keyOf(token), new Ticket(principal, names, this.clock.instant().plus(ttl)))) {
			throw new SseTicketException("There is no room for one more ticket: the user has"
					+ " sse.tickets.max-per-user that are not used yet, or all have sse.tickets.max. Ask for one only as"
					+ " the stream is opened", ttl);
		}
		return token;
	}

	/**
	 * Where nobody is logged in Spring MVC's argument is {@code null}, or what Spring
	 * Security has for nobody.
	 */
	private void requireUser(@Nullable Principal principal) {
		if (principal == null || this.nobody.test(principal)) {
			throw new IllegalArgumentException("A ticket is for a user, and nobody is logged in");
		}
	}

	private Set<String> names(Collection<String> topics) {
		if (topics.isEmpty()) {
			throw new IllegalArgumentException("A ticket is for topics: name those that its stream may join");
		}
		Set<String> names = Set.copyOf(JoinChecks.names(topics, this.limits));
		if (names.size() > this.limits.maxPerStream()) {
			throw new SseTopicException("The ticket would be for " + names.size()
					+ " topics, more than sse.limits.max-topics-per-stream (" + this.limits.maxPerStream() + ")");
		}
		return names;
	}

}
