package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * Whether an event costs more where there are more topics: 10,000 with a client each
 * against 100.
 *
 * @param peers who is measured
 */
record ManyTopicsScenario(List<Peer> peers) implements Scenario {

	private static final int FEW = 100;

	private static final int MANY = 10_000;

	private static final int RATE = 5000;

	private static final double SECONDS = 2;

	@Override
	public String name() {
		return "many-topics";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			bench.add(name(), peer, Map.of(Metric.CPU_FEW, cpu(bench, peer, FEW)));
			bench.add(name(), peer, Map.of(Metric.CPU_MANY, cpu(bench, peer, MANY)));
		}
	}

	private double cpu(Bench bench, Peer peer, int topics) throws IOException {
		try (Session session = bench.session(peer, topics, topics, 100)) {
			int count = Math.max(topics, bench.options().scaled(SECONDS, RATE));
			session.warmUp(bench.options().scale());
			session.round(count, RATE);
			Round round = session.round(count, RATE);
			return round.cpuPerEvent();
		}
	}

}
