package io.github.ssestarter.redis;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseTicketStoreException;
import io.github.ssestarter.tickets.LocalTickets;
import io.github.ssestarter.tickets.Ticket;
import io.github.ssestarter.tickets.TicketStore;

/**
 * The tickets of all nodes: each is a record in Redis, which goes by itself when the
 * ticket is over. Waits for Redis, for a bounded time.
 *
 * @since 0.1.0
 */
public final class RedisTickets implements TicketStore {

	private static final String PREFIX = "ticket:";

	private final RedisRecords records;

	private final Duration timeout;

	private final TicketRecord form;

	/** Those that this node has issued, to count them. */
	private final LocalTickets issued;

	private final InstantSource clock;

	/**
	 * Creates it.
	 * @param records where tickets are kept
	 * @param timeout how long to wait for Redis
	 * @param form turns tickets into bytes and back
	 * @param issued for how many there is room that this node has issued
	 * @param clock tells the time
	 */
	public RedisTickets(RedisRecords records, Duration timeout, TicketRecord form, LocalTickets issued,
			InstantSource clock) {
		this.records = records;
		this.timeout = timeout;
		this.form = form;
		this.issued = issued;
		this.clock = clock;
	}

	@Override
	public boolean keep(String key, Ticket ticket) {
		Duration left = Duration.between(this.clock.instant(), ticket.expiresAt());
		if (left.toMillis() <= 0) {
			return true;
		}
		byte[] bytes = this.form.write(ticket);
		if (!this.issued.keep(key, ticket)) {
			return false;
		}
		try {
			boolean isKept = await(this.records.setIfAbsent(PREFIX + key, bytes, left), "A ticket cannot be issued");
			if (!isKept) {
				throw new IllegalStateException("There is a ticket of the same 256 random bits");
			}
			return true;
		}
		catch (RuntimeException ex) {
			this.issued.take(key);
			throw ex;
		}
	}

	@Override
	public @Nullable Ticket take(String key) {
		byte[] bytes = await(this.records.take(PREFIX + key), "Tickets cannot be looked up");
		this.issued.take(key);
		return (bytes != null) ? this.form.read(bytes) : null;
	}

	private <T extends @Nullable Object> T await(CompletableFuture<T> answer, String what) {
		try {
			return answer.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new SseTicketStoreException(what + " now: " + cause.getMessage(), cause);
		}
		catch (TimeoutException ex) {
			throw new SseTicketStoreException(
					what + " now: Redis has not answered for sse.redis.timeout (" + this.timeout.toMillis() + "ms)",
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SseTicketStoreException(what + ": the thread was interrupted", ex);
		}
	}

}
