package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import io.github.ssestarter.benchmarks.load.LoadOrder;
import io.github.ssestarter.benchmarks.load.LoadResult;
import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * 2,000 clients come back at once, each 200 events behind.
 *
 * @param peers who is measured
 */
record StormScenario(List<Peer> peers) implements Scenario {

	private static final int CLIENTS = 2000;

	private static final PublishOrder MISSED = new PublishOrder(1, 200, 0, 100, 0);

	@Override
	public String name() {
		return "storm";
	}

	@Override
	public void run(Bench bench) throws IOException {
		for (Peer peer : bench.present(this.peers)) {
			for (int i = 0; i <= bench.options().rounds(); i++) {
				Map<Metric, Double> metrics = storm(bench, peer);
				if (i > 0) {
					bench.add(name(), peer, metrics);
				}
			}
		}
	}

	private Map<Metric, Double> storm(Bench bench, Peer peer) throws IOException {
		ServerProcess server = bench.fleet().get(peer);
		String id = Objects.requireNonNull(server.mark());
		server.publish(MISSED);
		LoadOrder order = server.order(CLIENTS, 1).resuming(id, (long) CLIENTS * MISSED.count());
		long cpu = server.cpuMicros();
		long start = System.nanoTime();
		bench.load().connect(peer.id(), order);
		LoadResult result = bench.load().await(peer.id(), 20_000);
		Map<Metric, Double> metrics = new HashMap<>();
		metrics.put(Metric.CAUGHT_UP, (System.nanoTime() - start) / 1e6);
		metrics.put(Metric.CPU, (double) (server.cpuMicros() - cpu) / result.deliveries());
		metrics.put(Metric.ARRIVED, 100.0 * result.deliveries() / result.expected());
		bench.load().close(peer.id());
		while (server.clients() > 0) {
			server.mark();
			LockSupport.parkNanos(20_000_000);
		}
		return metrics;
	}

}
