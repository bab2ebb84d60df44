package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.report.Results;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * What scenarios work with.
 *
 * @param options what the command line asks for
 * @param fleet the servers
 * @param load the load client
 * @param results what was found
 */
record Bench(Options options, Fleet fleet, LoadClientProcess load, Results results) {

	List<Peer> present(List<Peer> peers) throws IOException {
		return this.fleet.present(peers, this.results);
	}

	Session session(Peer peer, int clients, int topics, int size) throws IOException {
		return new Session(this.load, this.fleet.get(peer), peer, clients, topics, size);
	}

	/**
	 * Takes and shows what a round has found.
	 */
	void add(String scenario, Peer peer, Map<Metric, Double> metrics) {
		this.results.add(scenario, peer, metrics);
		String values = metrics.entrySet()
			.stream()
			.map((entry) -> entry.getKey().name().toLowerCase(Locale.ROOT) + " "
					+ String.format(Locale.ROOT, "%.2f", entry.getValue()))
			.collect(Collectors.joining(", "));
		System.out.printf(Locale.ROOT, "  %-16s %s%n", peer.id(), values);
	}

}
