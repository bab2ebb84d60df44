package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;

/**
 * The memory of a connection that waits: with 5,000 of them, minus that with none, in a
 * process of its own that has served some before.
 *
 * @param peers who is measured
 */
record IdleScenario(List<Peer> peers) implements Scenario {

	private static final int CLIENTS = 5000;

	private static final int WARM_CLIENTS = 200;

	private static final int WARM_EVENTS = 100;

	@Override
	public String name() {
		return "idle";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			try (ServerProcess server = bench.fleet().start(peer)) {
				try (Session session = new Session(bench.load(), server, peer, WARM_CLIENTS, 1, 100)) {
					if (peer != Peer.ASYNC_TOMCAT && peer != Peer.ASYNC_JETTY) {
						session.round(WARM_EVENTS, 0);
					}
				}
				long heap = server.heap();
				long resident = server.residentBytes();
				Session session = new Session(bench.load(), server, peer, CLIENTS, 1, 100);
				Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
				if (heap >= 0) {
					metrics.put(Metric.HEAP, (server.heap() - heap) / 1024.0 / CLIENTS);
				}
				metrics.put(Metric.RESIDENT, (server.residentBytes() - resident) / 1024.0 / CLIENTS);
				bench.add(name(), peer, metrics);
				bench.load().close(session.peer().id());
			}
		}
	}

}
