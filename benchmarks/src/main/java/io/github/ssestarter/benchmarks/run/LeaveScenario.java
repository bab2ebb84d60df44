package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * How long it takes from when clients close their connections until the application has
 * been told of the last of them: while nothing is sent, and while events flow.
 *
 * @param peers who is measured
 */
record LeaveScenario(List<Peer> peers) implements Scenario {

	private static final String ONE = "leaves";

	private static final String MANY = "leave";

	private static final int CLIENTS = 1000;

	private static final int ROUNDS = 3;

	private static final int RATE = 50;

	/** The events of two seconds: enough for those who notice only when they write. */
	private static final PublishOrder EVENTS = new PublishOrder(1, 2 * RATE, RATE, 100, 0);

	/** How long events flow before somebody leaves. */
	private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(300);

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(3);

	private static final long POLL = TimeUnit.MILLISECONDS.toNanos(5);

	@Override
	public String name() {
		return "leave";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			ServerProcess server = bench.fleet().get(peer);
			for (int i = 0; i < bench.options().rounds(ROUNDS); i++) {
				Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
				connect(bench.load(), server, ONE, 1);
				metrics.put(Metric.LEFT_ONE, leave(bench.load(), server, ONE, 1));
				connect(bench.load(), server, MANY, CLIENTS);
				metrics.put(Metric.LEFT_MANY, leave(bench.load(), server, MANY, CLIENTS));
				whileEventsFlow(bench.load(), server, metrics);
				bench.add(name(), peer, metrics);
			}
		}
	}

	private static void whileEventsFlow(LoadClientProcess load, ServerProcess server, Map<Metric, Double> metrics)
			throws IOException {
		connect(load, server, MANY, CLIENTS);
		connect(load, server, ONE, 1);
		CompletableFuture<Void> published = CompletableFuture.runAsync(() -> publish(server));
		LockSupport.parkNanos(LEAD);
		metrics.put(Metric.LEFT_ONE_PACED, leave(load, server, ONE, 1));
		metrics.put(Metric.LEFT_MANY_PACED, leave(load, server, MANY, CLIENTS));
		published.join();
	}

	private static void publish(ServerProcess server) {
		try {
			server.publish(EVENTS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void connect(LoadClientProcess load, ServerProcess server, String group, int count)
			throws IOException {
		int others = server.clients();
		load.connect(group, server.order(count, 1));
		server.awaitClients(others + count);
	}

	/**
	 * Closes the connections of a group.
	 * @return how long it takes until all are noticed to be closed, in milliseconds;
	 * infinite if they are not
	 */
	private static double leave(LoadClientProcess load, ServerProcess server, String group, int count)
			throws IOException {
		int expected = server.departures().count() + count;
		long start = load.close(group);
		if (haveLeft(server, expected, start + LONGEST)) {
			return (server.departures().last() - start) / 1e6;
		}
		server.forgetClients(1);
		haveLeft(server, expected, System.nanoTime() + LONGEST);
		return Double.POSITIVE_INFINITY;
	}

	private static boolean haveLeft(ServerProcess server, int expected, long deadline) throws IOException {
		while (server.departures().count() < expected) {
			if (System.nanoTime() > deadline) {
				return false;
			}
			LockSupport.parkNanos(POLL);
		}
		return true;
	}

}
