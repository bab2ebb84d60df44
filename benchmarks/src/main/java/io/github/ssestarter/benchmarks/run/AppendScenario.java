package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.report.Metric;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * One node appends events to the log in Redis, and no client hears them.
 *
 * @param name its name
 * @param rate how many events a second, zero for as fast as it goes
 * @param count how many events in a round
 * @param peers who is measured
 */
record AppendScenario(String name, int rate, int count, List<Peer> peers) implements Scenario {

	private static final int SIZE = 100;

	private static final int WARM_UPS = 5;

	@Override
	public void run(Bench bench) throws IOException {
		List<Peer> present = bench.present(this.peers);
		int count = Math.max(1, (int) (this.count * bench.options().scale()));
		for (int i = 0; i < WARM_UPS; i++) {
			for (Peer peer : present) {
				bench.fleet().get(peer).append(new PublishOrder(1, count, this.rate * 2, SIZE, 0));
			}
		}
		for (int i = 0; i < bench.options().rounds(); i++) {
			for (Peer peer : present) {
				bench.add(this.name, peer, round(bench, peer, count));
			}
		}
		for (Peer peer : present) {
			bench.fleet().stop(peer, Wire.PLAIN);
		}
	}

	private Map<Metric, Double> round(Bench bench, Peer peer, int count) throws IOException {
		ServerProcess server = bench.fleet().get(peer);
		RedisProcess redis = bench.fleet().redis();
		long cpu = server.cpuMicros();
		long redisCpu = redis.cpuMicros();
		long nanos = server.append(new PublishOrder(1, count, this.rate, SIZE, 0));
		Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
		metrics.put(Metric.APPENDED, count * 1e9 / nanos);
		metrics.put(Metric.NODE_CPU, (server.cpuMicros() - cpu) / (double) count);
		metrics.put(Metric.REDIS_CPU, (redis.cpuMicros() - redisCpu) / (double) count);
		return metrics;
	}

}
