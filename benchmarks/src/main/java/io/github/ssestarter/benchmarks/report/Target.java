package io.github.ssestarter.benchmarks.report;

import java.util.List;
import java.util.OptionalDouble;

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

	static final List<Target> ALL = List.of(
			new Target("Burst, Tomcat: deliveries/s, to `SseEmitter`", "burst", Metric.DELIVERIES, Peer.OURS_TOMCAT,
					Peer.EMITTER_TOMCAT, Kind.RATIO_AT_LEAST, 10),
			new Target("Burst, Tomcat: CPU per delivery, to Nchan", "burst", Metric.CPU, Peer.OURS_TOMCAT, Peer.NCHAN,
					Kind.RATIO_AT_MOST, 0.7),
			new Target("Burst, Jetty: deliveries/s, to `SseEmitter`", "burst", Metric.DELIVERIES, Peer.OURS_JETTY,
					Peer.EMITTER_JETTY, Kind.RATIO_AT_LEAST, 25),
			new Target("Burst, 100 topics, Tomcat: deliveries/s, to `SseEmitter`", "topics", Metric.DELIVERIES,
					Peer.OURS_TOMCAT, Peer.EMITTER_TOMCAT, Kind.RATIO_AT_LEAST, 4),
			new Target("Burst, 100 topics, Jetty: deliveries/s, to `SseEmitter`", "topics", Metric.DELIVERIES,
					Peer.OURS_JETTY, Peer.EMITTER_JETTY, Kind.RATIO_AT_LEAST, 4),
			new Target("Paced, Tomcat: CPU per delivery, to plain sockets", "paced", Metric.CPU, Peer.OURS_TOMCAT,
					Peer.SOCKETS, Kind.RATIO_AT_MOST, 1.5),
			new Target("Paced, Jetty: CPU per delivery, to plain sockets", "paced", Metric.CPU, Peer.OURS_JETTY,
					Peer.SOCKETS, Kind.RATIO_AT_MOST, 1.3),
			new Target("Paced, Tomcat: CPU per delivery, to `SseEmitter`", "paced", Metric.CPU, Peer.OURS_TOMCAT,
					Peer.EMITTER_TOMCAT, Kind.RATIO_AT_MOST, 0.6),
			new Target("Paced, Jetty: CPU per delivery, to `SseEmitter`", "paced", Metric.CPU, Peer.OURS_JETTY,
					Peer.EMITTER_JETTY, Kind.RATIO_AT_MOST, 0.6),
			new Target("Paced, Tomcat: p99, to plain sockets", "paced", Metric.P99, Peer.OURS_TOMCAT, Peer.SOCKETS,
					Kind.RATIO_AT_MOST, 1.25),
			new Target("Paced, Jetty: p99, to plain sockets", "paced", Metric.P99, Peer.OURS_JETTY, Peer.SOCKETS,
					Kind.RATIO_AT_MOST, 1.25),
			new Target("Paced, Tomcat: p99, to `SseEmitter`", "paced", Metric.P99, Peer.OURS_TOMCAT,
					Peer.EMITTER_TOMCAT, Kind.RATIO_AT_MOST, 0.4),
			new Target("Paced, Jetty: p99, to `SseEmitter`", "paced", Metric.P99, Peer.OURS_JETTY, Peer.EMITTER_JETTY,
					Kind.RATIO_AT_MOST, 0.4),
			new Target("Idle, Tomcat: KB of heap more than `startAsync` alone", "idle", Metric.HEAP, Peer.OURS_TOMCAT,
					Peer.ASYNC_TOMCAT, Kind.DIFFERENCE_AT_MOST, 1),
			new Target("Idle, Jetty: KB of heap more than `startAsync` alone", "idle", Metric.HEAP, Peer.OURS_JETTY,
					Peer.ASYNC_JETTY, Kind.DIFFERENCE_AT_MOST, 1),
			new Target("Idle, Tomcat compact: KB of heap", "idle", Metric.HEAP, Peer.OURS_COMPACT, Peer.OURS_COMPACT,
					Kind.VALUE_AT_MOST, 50),
			new Target("Idle, Jetty: KB of heap", "idle", Metric.HEAP, Peer.OURS_JETTY, Peer.OURS_JETTY,
					Kind.VALUE_AT_MOST, 8));

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
			case VALUE_AT_MOST -> mine.getAsDouble();
		};
		return OptionalDouble.of(value);
	}

	boolean isMetBy(double value) {
		return (this.kind == Kind.RATIO_AT_LEAST) ? value >= this.limit : value <= this.limit;
	}

	String wanted() {
		String limit = Metric.format(this.limit);
		return switch (this.kind) {
			case RATIO_AT_LEAST -> "≥ " + limit + " ×";
			case RATIO_AT_MOST -> "≤ " + limit + " ×";
			case DIFFERENCE_AT_MOST, VALUE_AT_MOST -> "≤ " + limit;
		};
	}

	/**
	 * How two values are compared.
	 */
	enum Kind {

		RATIO_AT_LEAST, RATIO_AT_MOST, DIFFERENCE_AT_MOST, VALUE_AT_MOST

	}

}
