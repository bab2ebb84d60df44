package io.github.ssestarter;

import java.security.Principal;
import java.time.Duration;
import java.util.Collection;

/**
 * Issues tickets: a bean to inject, or to replace by one's own. A ticket stands in the
 * URL of a stream, {@code /live?ticket=…}, for clients that can send neither a header nor
 * a cookie, as an {@code EventSource} to another origin. It opens one stream, once, for
 * the user and the topics that it was issued for, and makes no session.
 * <p>
 * Whoever has a ticket can use it. URLs get into the logs of servers and proxies, so a
 * ticket is over soon, and is used up by the first request that presents it, whatever
 * becomes of that: an {@code EventSource} that comes back by itself needs a new one. Hand
 * it out in the body of an answer that nobody caches, to the user it is for.
 * <p>
 * All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface SseTickets {

	/**
	 * Issues a ticket that lives for {@code sse.tickets.ttl}, 30 seconds unless set.
	 * @param principal the user, see {@link #issue(Principal, Collection, Duration)}
	 * @param topics exact names, at least one
	 * @return the ticket, of characters that need no encoding in a URL; not to be logged
	 * @throws SseTopicException if a name is not one of a topic, or there are too many
	 * @throws IllegalArgumentException if there is no user, or no topic
	 * @throws SseTicketException if the user has {@code sse.tickets.max-per-user} tickets
	 * that are not used yet, 100 unless set, or all have {@code sse.tickets.max}, 10,000
	 * @throws SseTicketStoreException if nodes share their tickets, and what they keep
	 * them in is away
	 */
	String issue(Principal principal, Collection<String> topics);

	/**
	 * Issues a ticket.
	 * @param principal the user who opens the stream with it; with Spring Security its
	 * {@code Authentication}, with all that it may do, or else a user without authorities
	 * @param topics exact names, at least one. The stream may join these and no others,
	 * and no pattern, if the {@link SseAuthorizer} allows it too; it need not join them.
	 * Once it has joined it also hears what is sent to everyone, and to the user
	 * @param ttl for how long the ticket can be used, at most five minutes; the stream
	 * may live longer
	 * @return the ticket, of characters that need no encoding in a URL; not to be logged
	 * @throws SseTopicException if a name is not one of a topic, or there are too many
	 * @throws IllegalArgumentException if there is no user, or no topic, or the time is
	 * not one
	 * @throws SseTicketException if the user has {@code sse.tickets.max-per-user} tickets
	 * that are not used yet, 100 unless set, or all have {@code sse.tickets.max}, 10,000
	 * @throws SseTicketStoreException if nodes share their tickets, and what they keep
	 * them in is away
	 */
	String issue(Principal principal, Collection<String> topics, Duration ttl);

}
