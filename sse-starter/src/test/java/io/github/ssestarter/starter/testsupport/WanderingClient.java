package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * A client of many nodes: it comes back soon, to any of them, with the last id that it
 * has.
 */
public final class WanderingClient implements EventClient.Listener {

	private final EventClients clients;

	private final List<Integer> ports;

	private final String topic;

	private final Random random;

	private final List<String> received = Collections.synchronizedList(new ArrayList<>());

	private volatile int gaps;

	private volatile int streams;

	/** Of the node that it asked last. */
	private volatile int port;

	// The thread of the clients only, from here on

	private String lastEventId = "";

	public WanderingClient(EventClients clients, List<Integer> ports, String topic, Random random) {
		this.clients = clients;
		this.ports = ports;
		this.topic = topic;
		this.random = random;
	}

	public void connect() {
		this.port = this.ports.get(this.random.nextInt(this.ports.size()));
		this.clients.connect(new EventClient.Request(this.port, "/live?topic=" + this.topic, this.lastEventId, 0, true),
				this);
	}

	@Override
	public void opened(EventClient client) {
		this.streams = this.streams + 1;
	}

	@Override
	public void block(EventClient client, Block block) {
		String id = block.id();
		if ("n".equals(block.name())) {
			this.received.add(String.valueOf(id));
		}
		else if ("sse-gap".equals(block.name())) {
			this.gaps = this.gaps + 1;
		}
		if (id != null) {
			this.lastEventId = id;
		}
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		this.clients.later(Duration.ofMillis(this.random.nextInt(100)), this::connect);
	}

	public String topic() {
		return this.topic;
	}

	/**
	 * The ids of the events that have come.
	 */
	public List<String> received() {
		synchronized (this.received) {
			return List.copyOf(this.received);
		}
	}

	/**
	 * The id of the last event, {@code null} before the first.
	 */
	public @Nullable String last() {
		synchronized (this.received) {
			return (this.received.isEmpty()) ? null : this.received.get(this.received.size() - 1);
		}
	}

	/**
	 * How many gaps it was told of.
	 */
	public int gaps() {
		return this.gaps;
	}

	/**
	 * The port of the node that it asked last.
	 */
	public int port() {
		return this.port;
	}

	/**
	 * How many streams it has had.
	 */
	public int streams() {
		return this.streams;
	}

}
