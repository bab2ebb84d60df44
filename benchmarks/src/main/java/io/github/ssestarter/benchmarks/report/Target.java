package io.github.ssestarter.benchmarks.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * What is to be reached: a value, or its ratio to that of a peer.
 *
 * @param text what it says
 * @param scenario where it is measured
 * @param metric what is measured
 * @param ours whose value
 * @param other whose value it is divided by, or reduced by; our own for the value itself
 * @param kind how the two are compared
 * @param limit the value to reach
 */
record Target(String text, String scenario, Metric metric, Peer ours, Peer other, Kind kind, double limit) {

	static final List<Target> ALL = Stream.of(
			List.of(of("Burst, Tomcat: deliveries/s, to `SseEmitter`", "burst", Metric.DELIVERIES, Peer.OURS_TOMCAT,
					Peer.EMITTER_TOMCAT, Kind.RATIO_AT_LEAST, 10),
					of("Burst, Tomcat: CPU per delivery, to Nchan", "burst", Metric.CPU, Peer.OURS_TOMCAT, Peer.NCHAN,
							Kind.RATIO_AT_MOST, 0.7),
					of("Burst, Jetty: deliveries/s, to `SseEmitter`", "burst", Metric.DELIVERIES, Peer.OURS_JETTY,
							Peer.EMITTER_JETTY, Kind.RATIO_AT_LEAST, 25)),
			toEmitter("Burst, 100 topics", "deliveries/s", "topics", Metric.DELIVERIES, Kind.RATIO_AT_LEAST, 4),
			toEmitter("One to one", "CPU per event", "one-to-one", Metric.CPU, Kind.RATIO_AT_MOST, 0.5),
			toEmitter("One to one", "CPU per event beyond waiting", "one-to-one", Metric.CPU_BEYOND_WAITING,
					Kind.RATIO_AT_MOST, 0.5),
			toEmitter("Attached streams", "CPU per event beyond waiting", "tokens", Metric.CPU_BEYOND_WAITING,
					Kind.RATIO_AT_MOST, 0.65),
			List.of(of("Paced, Tomcat: CPU per delivery, to plain sockets", "paced", Metric.CPU, Peer.OURS_TOMCAT,
					Peer.SOCKETS, Kind.RATIO_AT_MOST, 1.15),
					of("Paced, Jetty: CPU per delivery, to plain sockets", "paced", Metric.CPU, Peer.OURS_JETTY,
							Peer.SOCKETS, Kind.RATIO_AT_MOST, 1.25)),
			both("Paced", "CPU per delivery, to Nchan", "paced", Metric.CPU, Peer.NCHAN, 0.85),
			toEmitter("Paced", "CPU per delivery", "paced", Metric.CPU, Kind.RATIO_AT_MOST, 0.6),
			both("Paced", "p99, to plain sockets", "paced", Metric.P99, Peer.SOCKETS, 1.2),
			toEmitter("Paced", "p99", "paced", Metric.P99, Kind.RATIO_AT_MOST, 0.4),
			both("Paced, 10,000 clients", "CPU per delivery, to Nchan", "paced-10000", Metric.CPU, Peer.NCHAN, 0.85),
			toEmitter("Paced over TLS", "CPU per delivery", "paced-tls", Metric.CPU, Kind.RATIO_AT_MOST, 0.6),
			List.of(atMost("Idle, Tomcat: KB of heap", "idle", Metric.HEAP, Peer.OURS_TOMCAT, 18.5),
					atMost("Idle, Tomcat compact: KB of heap", "idle", Metric.HEAP, Peer.OURS_COMPACT, 4.5),
					atMost("Idle, Tomcat compact: KB resident", "idle", Metric.RESIDENT, Peer.OURS_COMPACT, 12),
					atMost("Idle, Jetty: KB of heap", "idle", Metric.HEAP, Peer.OURS_JETTY, 8),
					of("Idle, Jetty: KB of heap more than `startAsync` alone", "idle", Metric.HEAP, Peer.OURS_JETTY,
							Peer.ASYNC_JETTY, Kind.DIFFERENCE_AT_MOST, 1)),
			List.of(of("Redis: p99 at 1,000 events/s, ms more than local", "redis-rate", Metric.P99, Peer.OURS_REDIS,
					Peer.OURS_TOMCAT, Kind.DIFFERENCE_AT_MOST, 5),
					of("Redis: CPU per delivery, to local", "redis-paced", Metric.CPU, Peer.OURS_REDIS,
							Peer.OURS_TOMCAT, Kind.RATIO_AT_MOST, 1.1),
					of("Redis: events/s from one node", "redis-append", Metric.APPENDED, Peer.OURS_REDIS,
							Peer.OURS_REDIS, Kind.VALUE_AT_LEAST, 60_000),
					of("Redis: events/s from one node, to `RedisTemplate`", "redis-append", Metric.APPENDED,
							Peer.OURS_REDIS, Peer.REDIS_TEMPLATE, Kind.RATIO_AT_LEAST, 3),
					atMost("Redis: its CPU per event with 10 nodes, µs", "redis-nodes", Metric.REDIS_CPU,
							Peer.OURS_TEN_NODES, 60)),
			left("1 client", Metric.LEFT_ONE, 100), left("1,000 clients", Metric.LEFT_MANY, 1000),
			left("1 client while events flow", Metric.LEFT_ONE_PACED, 100),
			left("1,000 clients while events flow", Metric.LEFT_MANY_PACED, 1000))
		.flatMap(List::stream)
		.toList();

	private static Target of(String text, String scenario, Metric metric, Peer ours, Peer other, Kind kind,
			double limit) {
		return new Target(text, scenario, metric, ours, other, kind, limit);
	}

	private static Target atMost(String text, String scenario, Metric metric, Peer ours, double limit) {
		return of(text, scenario, metric, ours, ours, Kind.VALUE_AT_MOST, limit);
	}

	private static List<Target> both(String where, String what, String scenario, Metric metric, Peer other,
			double limit) {
		return List.of(
				of(where + ", Tomcat: " + what, scenario, metric, Peer.OURS_TOMCAT, other, Kind.RATIO_AT_MOST, limit),
				of(where + ", Jetty: " + what, scenario, metric, Peer.OURS_JETTY, other, Kind.RATIO_AT_MOST, limit));
	}

	private static List<Target> toEmitter(String where, String what, String scenario, Metric metric, Kind kind,
			double limit) {
		return List.of(
				of(where + ", Tomcat: " + what + ", to `SseEmitter`", scenario, metric, Peer.OURS_TOMCAT,
						Peer.EMITTER_TOMCAT, kind, limit),
				of(where + ", Jetty: " + what + ", to `SseEmitter`", scenario, metric, Peer.OURS_JETTY,
						Peer.EMITTER_JETTY, kind, limit));
	}

	private static List<Target> left(String who, Metric metric, double limit) {
		return List.of(atMost("Left, Tomcat: " + who + ", ms", "leave", metric, Peer.OURS_TOMCAT, limit),
				atMost("Left, Jetty: " + who + ", ms", "leave", metric, Peer.OURS_JETTY, limit));
	}

	/**
	 * What was reached.
	 * @return the ratio, difference or value, empty if it was not measured
	 */
	OptionalDouble reached(Results results) {
		OptionalDouble mine = results.median(this.scenario, this.ours, this.metric);
		OptionalDouble theirs = results.median(this.scenario, this.other, this.metric);
		if (mine.isEmpty() || theirs.isEmpty()) {
			return OptionalDouble.empty();
		}
		double value = switch (this.kind) {
			case RATIO_AT_LEAST, RATIO_AT_MOST -> mine.getAsDouble() / theirs.getAsDouble();
			case DIFFERENCE_AT_MOST -> mine.getAsDouble() - theirs.getAsDouble();
			case VALUE_AT_MOST, VALUE_AT_LEAST -> mine.getAsDouble();
		};
		return OptionalDouble.of(value);
	}

	boolean isMetBy(double value) {
		return (this.kind == Kind.RATIO_AT_LEAST || this.kind == Kind.VALUE_AT_LEAST) ? value >= this.limit
				: value <= this.limit;
	}

	String wanted() {
		String limit = Metric.format(this.limit);
		return switch (this.kind) {
			case RATIO_AT_LEAST -> "≥ " + limit + " ×";
			case VALUE_AT_LEAST -> "≥ " + limit;
			case RATIO_AT_MOST -> "≤ " + limit + " ×";
			case DIFFERENCE_AT_MOST, VALUE_AT_MOST -> "≤ " + limit;
		};
	}

	/**
	 * How two values are compared.
	 */
	enum Kind {

		RATIO_AT_LEAST, RATIO_AT_MOST, DIFFERENCE_AT_MOST, VALUE_AT_MOST, VALUE_AT_LEAST

	}

}
