package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * Events to many clients, as fast as it goes or at a rate. Round by round all peers have
 * their turn, so that a change of the machine meets all.
 *
 * @param name its name
 * @param clients how many clients each peer has
 * @param topics among how many topics they are spread
 * @param rate how many events a second, zero for as fast as it goes
 * @param size the length of a payload's JSON
 * @param warmUp for how many seconds events come before the rounds, for the compiler
 * @param seconds how long a round is
 * @param rounds how many rounds, of 5
 * @param wire what the clients speak; if not HTTP/1.1 in the clear, the servers are
 * stopped at the end
 * @param peers who is measured, after the one whose publisher only waits, if there is one
 */
record FanOutScenario(String name, int clients, int topics, int rate, int size, int warmUp, double seconds, int rounds,
		Wire wire, List<Peer> peers) implements Scenario {

	/** How many clients the load client can have at once, all peers together. */
	private static final int MOST_CLIENTS = 14_000;

	FanOutScenario(String name, int clients, int topics, int rate, int size, int warmUp, double seconds, int rounds,
			List<Peer> peers) {
		this(name, clients, topics, rate, size, warmUp, seconds, rounds, Wire.PLAIN, peers);
	}

	@Override
	public void run(Bench bench) throws IOException {
		List<Peer> present = bench.present(this.peers);
		if (present.size() * this.clients <= MOST_CLIENTS) {
			run(bench, present);
		}
		else {
			for (Peer peer : present) {
				run(bench, List.of(peer));
			}
		}
	}

	private void run(Bench bench, List<Peer> present) throws IOException {
		List<Session> sessions = new ArrayList<>();
		Map<Peer, Integer> counts = new EnumMap<>(Peer.class);
		for (Peer peer : present) {
			ServerProcess server = bench.fleet().get(peer, this.wire);
			Session session = new Session(bench.load(), server, peer, (peer.onlyWaits()) ? 0 : this.clients,
					this.topics, this.size);
			sessions.add(session);
			counts.put(peer, warmUp(bench.options(), session));
		}
		for (int i = 0; i < bench.options().rounds(this.rounds); i++) {
			round(bench, sessions, counts);
		}
		for (Session session : sessions) {
			session.close();
			if (this.wire != Wire.PLAIN) {
				bench.fleet().stop(session.peer(), this.wire);
			}
		}
	}

	private void round(Bench bench, List<Session> sessions, Map<Peer, Integer> counts) throws IOException {
		double waiting = Double.NaN;
		for (Session session : sessions) {
			Round round = session.round(counts.getOrDefault(session.peer(), 1), this.rate);
			if (session.peer().onlyWaits()) {
				waiting = round.cpuPerEvent();
				bench.add(this.name, session.peer(), Map.of(Metric.CPU, waiting));
			}
			else {
				Map<Metric, Double> metrics = round.metrics(waiting);
				metrics.put(Metric.MEGABYTES, metrics.getOrDefault(Metric.DELIVERIES, 0.0) * this.size / 1e6);
				bench.add(this.name, session.peer(), metrics);
			}
		}
	}

	/**
	 * Publishes what is not measured: bursts, or events at twice the rate if the server
	 * can.
	 * @return how many events a round has
	 */
	private int warmUp(Options options, Session session) throws IOException {
		if (this.rate > 0) {
			int rate = Math.min(this.rate * 2, session.warmUp(options.scale()));
			session.round(options.scaled(this.warmUp, rate), rate);
			return options.scaled(this.seconds, this.rate);
		}
		int perSecond = session.warmUp(this.warmUp * options.scale());
		int count = (int) Math.max(this.topics, perSecond * this.seconds * options.scale());
		return count - count % this.topics;
	}

}
