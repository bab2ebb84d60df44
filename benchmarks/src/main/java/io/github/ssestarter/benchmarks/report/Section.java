package io.github.ssestarter.benchmarks.report;

import java.util.List;

/**
 * A table of the report.
 *
 * @param scenario the scenario's name
 * @param title the heading
 * @param columns what is shown of each peer
 */
record Section(String scenario, String title, List<Metric> columns) {

	private static final List<Metric> BURST = List.of(Metric.DELIVERIES, Metric.CPU, Metric.EVENTS_PER_READ,
			Metric.ARRIVED, Metric.ERRORS);

	private static final List<Metric> PACED = List.of(Metric.P50, Metric.P99, Metric.P999, Metric.CPU, Metric.ARRIVED,
			Metric.ERRORS);

	static final List<Section> ALL = List.of(
			new Section("burst", "Burst: one topic, 1,000 clients, as fast as it goes", BURST),
			new Section("topics", "Burst: 100 topics with 10 clients each", BURST),
			new Section("one-to-one", "One to one: 1,000 topics with one client each, 5,000 events/s in all",
					List.of(Metric.CPU, Metric.CPU_BEYOND_WAITING, Metric.P50, Metric.P99, Metric.ARRIVED,
							Metric.ERRORS)),
			new Section("tokens", "Attached streams: 200, with a thread each that sends 50 events/s",
					List.of(Metric.CPU, Metric.CPU_BEYOND_WAITING, Metric.P50, Metric.P99, Metric.ARRIVED,
							Metric.ERRORS)),
			new Section("paced", "Paced: 50 events/s to 1,000 clients", PACED),
			new Section("paced-5000", "Paced: 10 events/s to 5,000 clients", PACED),
			new Section("paced-10000", "Paced: 5 events/s to 10,000 clients", PACED),
			new Section("paced-tls", "Paced over TLS: 20 events/s to 1,000 clients", PACED),
			new Section("paced-http2", "Paced over HTTP/2: 20 events/s to 1,000 clients, 10 on a connection", PACED),
			new Section("rate", "Highest rate with p99 ≤ 100 ms, 1,000 clients", List.of(Metric.RATE)),
			new Section("idle", "Idle: 5,000 clients", List.of(Metric.HEAP, Metric.RESIDENT)),
			new Section("stalled", "Stalled: 10 of 1,000 clients never read; what the others get at 50 events/s",
					List.of(Metric.ARRIVED, Metric.P50, Metric.P99, Metric.CPU)),
			new Section("leave", "Clients that leave: noticed after",
					List.of(Metric.LEFT_ONE, Metric.LEFT_MANY, Metric.LEFT_ONE_PACED, Metric.LEFT_MANY_PACED)),
			new Section("many-topics", "Many topics, one client each, 5,000 events/s",
					List.of(Metric.CPU_FEW, Metric.CPU_MANY)),
			new Section("storm", "Reconnect storm: 2,000 clients at once, each 200 events behind",
					List.of(Metric.CAUGHT_UP, Metric.CPU, Metric.ARRIVED)),
			new Section("redis-rate", "On Redis: 1,000 events/s to 10 clients", PACED),
			new Section("redis-paced", "On Redis: 50 events/s to 1,000 clients", PACED),
			new Section("redis-append", "On Redis: one node appends, as fast as it goes",
					List.of(Metric.APPENDED, Metric.NODE_CPU, Metric.REDIS_CPU)),
			new Section("redis-nodes", "On Redis: 10 nodes read what one of them appends, 1,000 events/s",
					List.of(Metric.REDIS_CPU, Metric.NODE_CPU)),
			new Section("large", "Large events: 64 KB to 100 clients, as fast as it goes",
					List.of(Metric.MEGABYTES, Metric.DELIVERIES, Metric.CPU, Metric.ARRIVED)));

}
