package io.github.ssestarter.benchmarks.run;

import java.util.EnumMap;
import java.util.Map;

import io.github.ssestarter.benchmarks.load.LoadResult;
import io.github.ssestarter.benchmarks.report.Metric;

/**
 * What one round has found.
 *
 * @param result what the clients received
 * @param cpuMicros the CPU time of the server, in microseconds
 * @param events how many events were published
 */
record Round(LoadResult result, long cpuMicros, int events) {

	/**
	 * The CPU time of the server for each event, in microseconds.
	 */
	double cpuPerEvent() {
		return (double) this.cpuMicros / this.events;
	}

	/**
	 * What is told, with what is left of the CPU time without waiting.
	 * @param waiting the CPU time for each event of a server that only waits, {@code NaN}
	 * if none was measured
	 */
	Map<Metric, Double> metrics(double waiting) {
		Map<Metric, Double> metrics = metrics();
		if (!Double.isNaN(waiting)) {
			metrics.put(Metric.CPU_BEYOND_WAITING, cpuPerEvent() - waiting);
		}
		return metrics;
	}

	Map<Metric, Double> metrics() {
		Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
		double deliveries = Math.max(1, this.result.deliveries());
		metrics.put(Metric.DELIVERIES, this.result.perSecond());
		metrics.put(Metric.CPU, this.cpuMicros / deliveries);
		metrics.put(Metric.EVENTS_PER_READ, deliveries / Math.max(1, this.result.reads()));
		metrics.put(Metric.P50, this.result.p50() / 1e6);
		metrics.put(Metric.P99, this.result.p99() / 1e6);
		metrics.put(Metric.P999, this.result.p999() / 1e6);
		metrics.put(Metric.ARRIVED, 100.0 * this.result.deliveries() / this.result.expected());
		metrics.put(Metric.ERRORS, (double) this.result.errors());
		return metrics;
	}

}
