package io.github.ssestarter.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * All that the rounds of a run have found.
 */
public final class Results {

	private final Map<String, Map<Peer, Map<Metric, List<Double>>>> values = new LinkedHashMap<>();

	private final Map<Peer, String> skipped = new EnumMap<>(Peer.class);

	/**
	 * Adds what a round has found.
	 * @param scenario the scenario's name
	 * @param peer who was measured
	 * @param metrics the values
	 */
	public void add(String scenario, Peer peer, Map<Metric, Double> metrics) {
		Map<Metric, List<Double>> lists = this.values.computeIfAbsent(scenario, (name) -> new EnumMap<>(Peer.class))
			.computeIfAbsent(peer, (name) -> new EnumMap<>(Metric.class));
		metrics.forEach((metric, value) -> lists.computeIfAbsent(metric, (name) -> new ArrayList<>()).add(value));
	}

	/**
	 * Takes note of who is not there.
	 * @param peer who
	 * @param reason why
	 */
	public void skipped(Peer peer, String reason) {
		this.skipped.put(peer, reason);
	}

	/**
	 * The median of a metric.
	 * @param scenario the scenario's name
	 * @param peer who was measured
	 * @param metric what was measured
	 * @return the median, empty if it was not measured
	 */
	public OptionalDouble median(String scenario, Peer peer, Metric metric) {
		List<Double> list = new ArrayList<>(values(scenario, peer).getOrDefault(metric, List.of()));
		if (list.isEmpty()) {
			return OptionalDouble.empty();
		}
		Collections.sort(list);
		int middle = list.size() / 2;
		return OptionalDouble
			.of((list.size() % 2 == 1) ? list.get(middle) : (list.get(middle - 1) + list.get(middle)) / 2);
	}

	Map<Metric, List<Double>> values(String scenario, Peer peer) {
		return this.values.getOrDefault(scenario, Map.of()).getOrDefault(peer, Map.of());
	}

	List<Peer> peers(String scenario) {
		return List.copyOf(this.values.getOrDefault(scenario, Map.of()).keySet());
	}

	List<String> scenarios() {
		return List.copyOf(this.values.keySet());
	}

	Map<Peer, String> skipped() {
		return this.skipped;
	}

}
