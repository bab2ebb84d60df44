package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A client that comes back as a browser does: with the last id that it has, in the time
 * that it was told, and as often as it takes. It hears events whose data are consecutive
 * numbers, and keeps what else it was told in each of its streams.
 */
public final class ReturningClient implements EventClient.Listener {

	private final EventClients clients;

	private final int port;

	private final String path;

	private final List<Visit> visits = new CopyOnWriteArrayList<>();

	private volatile long lastInVain;

	// The thread of the clients only, from here on

	private Duration retry = Duration.ofSeconds(3);

	private String lastEventId = "";

	private @Nullable Visit visit;

	private long connectedAt;

	public ReturningClient(EventClients clients, int port, String path) {
		this.clients = clients;
		this.port = port;
		this.path = path;
	}

	public void connect() {
		this.connectedAt = System.nanoTime();
		this.clients.connect(new EventClient.Request(this.port, this.path, this.lastEventId, 0, true), this);
	}

	/**
	 * Its streams, the oldest first.
	 */
	public List<Visit> visits() {
		return this.visits;
	}

	/**
	 * When it last began to connect and found nothing.
	 */
	public long lastInVain() {
		return this.lastInVain;
	}

	@Override
	public void opened(EventClient client) {
		this.visit = new Visit(this.lastEventId);
		this.visits.add(this.visit);
	}

	@Override
	public void block(EventClient client, Block block) {
		Visit visit = this.visit;
		if (visit == null) {
			return;
		}
		if (block.retry() != null) {
			this.retry = block.retry();
		}
		if ("sse-end".equals(block.name())) {
			visit.retries.add(this.retry);
		}
		if ("sse-busy".equals(block.name())) {
			// One that is about to end did not take it in
			this.visits.remove(visit);
			this.visit = null;
		}
		else if (block.isEvent()) {
			visit.event(block);
		}
		if (block.id() != null) {
			this.lastEventId = block.id();
		}
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		Visit visit = this.visit;
		if (visit != null) {
			visit.ended(failure);
			this.visit = null;
		}
		else {
			this.lastInVain = this.connectedAt;
		}
		this.clients.later(this.retry, this::connect);
	}

	/**
	 * One stream of the client.
	 */
	public static final class Visit {

		private final long openedAt = System.nanoTime();

		private final String presentedId;

		private final List<Duration> retries = Collections.synchronizedList(new ArrayList<>(1));

		private final List<String> gaps = Collections.synchronizedList(new ArrayList<>(1));

		private volatile int first;

		private volatile int last;

		private volatile long endedAt;

		private volatile boolean hasEnded;

		/** {@code null} as long as all was as it should be. */
		private volatile @Nullable String fault;

		Visit(String presentedId) {
			this.presentedId = presentedId;
		}

		private void event(Block block) {
			if ("sse-gap".equals(block.name())) {
				this.gaps.add(block.requireData());
				if (this.first > 0) {
					this.fault = "told of a gap after it had " + this.last;
				}
				return;
			}
			int number = Integer.parseInt(block.requireData());
			if (this.first == 0) {
				this.first = number;
			}
			else if (number != this.last + 1) {
				this.fault = "got " + number + " after " + this.last;
			}
			if (!this.retries.isEmpty()) {
				this.fault = "got " + number + " after it was told to go";
			}
			this.last = number;
		}

		private void ended(@Nullable IOException failure) {
			this.endedAt = System.nanoTime();
			this.hasEnded = true;
			if (failure != null) {
				this.fault = "broken after " + this.last + ": " + failure;
			}
		}

		public long openedAt() {
			return this.openedAt;
		}

		/**
		 * The id with which it came.
		 */
		public String presentedId() {
			return this.presentedId;
		}

		/**
		 * When to come back, each time that it was told so.
		 */
		public List<Duration> retries() {
			return this.retries;
		}

		/**
		 * The data of each event that told of a gap.
		 */
		public List<String> gaps() {
			return this.gaps;
		}

		/**
		 * The last number, 0 before the first.
		 */
		public int last() {
			return this.last;
		}

		public long endedAt() {
			return this.endedAt;
		}

		public boolean hasEnded() {
			return this.hasEnded;
		}

		/**
		 * What was not in order, {@code null} if all was.
		 */
		public @Nullable String fault() {
			return this.fault;
		}

	}

}
