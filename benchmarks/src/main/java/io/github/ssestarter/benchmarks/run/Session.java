package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import io.github.ssestarter.benchmarks.load.LoadResult;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * A server with connected clients.
 */
final class Session implements AutoCloseable {

	private static final long LONGEST_ROUND = 30_000;

	/** Large bursts may leave clients behind, who then miss events. */
	private static final long LONGEST_WARM_UP_ROUND = 5_000;

	private static final int FIRST_BURST = 10;

	private static final int LONGEST_BURST = 50_000;

	private final LoadClientProcess load;

	private final ServerProcess server;

	private final Peer peer;

	private final int clients;

	private final int topics;

	private final int size;

	private long base = 1_000_000;

	Session(LoadClientProcess load, ServerProcess server, Peer peer, int clients, int topics, int size)
			throws IOException {
		this.load = load;
		this.server = server;
		this.peer = peer;
		this.clients = clients;
		this.topics = topics;
		this.size = size;
		load.connect(peer.id(), server.order(clients, topics).withSize(size));
		server.awaitClients(clients);
	}

	Peer peer() {
		return this.peer;
	}

	/**
	 * Publishes and waits until all has come.
	 * @param count how many events, all topics together
	 * @param rate how many a second, zero for as fast as it goes
	 */
	Round round(int count, int rate) throws IOException {
		return round(count, rate, LONGEST_ROUND);
	}

	Round round(int count, int rate, long timeout) throws IOException {
		PublishOrder order = new PublishOrder(this.topics, count, rate, this.size, this.base);
		this.base += count;
		this.load.begin(this.peer.id(), order.base(), (long) count * this.clients / this.topics);
		long cpu = this.server.cpuMicros();
		CompletableFuture<Void> published = CompletableFuture.runAsync(() -> publish(order));
		LoadResult result = this.load.await(this.peer.id(), timeout);
		if (result.deliveries() == result.expected()) {
			published.join();
		}
		return new Round(result, this.server.cpuMicros() - cpu, count);
	}

	private void publish(PublishOrder order) {
		try {
			this.server.publish(order);
		}
		catch (IOException ex) {
			System.err.println(this.peer + ": " + ex);
		}
	}

	/**
	 * Bursts until the server is warm.
	 * @param seconds for how long
	 * @return how many events it takes in a second, all topics together
	 */
	int warmUp(double seconds) throws IOException {
		int count = FIRST_BURST * this.topics;
		double perSecond = 0;
		long end = System.nanoTime() + (long) (seconds * 1e9);
		while (System.nanoTime() < end) {
			LoadResult result = round(count, 0, LONGEST_WARM_UP_ROUND).result();
			double took = Math.max(0.001, result.elapsed() / 1e9);
			perSecond = count / took;
			count = (int) Math.min(LONGEST_BURST, (took < 0.5) ? 2.0 * count : Math.max(this.topics, perSecond / 2));
			count -= count % this.topics;
		}
		return (int) Math.max(this.topics, Math.min(LONGEST_BURST, perSecond));
	}

	/**
	 * Disconnects the clients, and publishes until the server has noticed.
	 */
	@Override
	public void close() throws IOException {
		this.load.close(this.peer.id());
		this.server.forgetClients(this.topics);
	}

}
