package io.github.ssestarter.benchmarks.report;

import java.util.Locale;

/**
 * What is measured.
 */
public enum Metric {

	/** Deliveries in a second. */
	DELIVERIES("deliveries/s"),

	/** Megabytes of payload in a second. */
	MEGABYTES("MB/s"),

	/** CPU time of the server for each delivery. */
	CPU("server CPU, µs per delivery"),

	/** Events in each read of a client. */
	EVENTS_PER_READ("events per read at the client"),

	/** Half the latencies are not above. */
	P50("p50, ms"),

	/** 99 of 100 latencies are not above. */
	P99("p99, ms"),

	/** 999 of 1,000 latencies are not above. */
	P999("p99.9, ms"),

	/** The share of the deliveries that have arrived in time. */
	ARRIVED("arrived, %"),

	/** Events that were not the next after the one before. */
	ERRORS("out of order or lost"),

	/** The highest rate with a p99 of 100 ms. */
	RATE("events/s to 1,000 clients"),

	/** Heap for each connection. */
	HEAP("heap per connection, KB"),

	/** Resident memory for each connection. */
	RESIDENT("resident per connection, KB"),

	/** CPU time for each event, with few topics. */
	CPU_FEW("100 topics: server CPU, µs per event"),

	/** CPU time for each event, with many topics. */
	CPU_MANY("10,000 topics: server CPU, µs per event"),

	/** CPU time of the server for each event, beyond what its threads take to wait. */
	CPU_BEYOND_WAITING("beyond waiting, µs per event"),

	/** Events that one node appends to the log in a second. */
	APPENDED("events/s to the log"),

	/** CPU time of the node, or nodes, for each event. */
	NODE_CPU("CPU of the nodes, µs per event"),

	/** CPU time of Redis for each event. */
	REDIS_CPU("CPU of Redis, µs per event"),

	/** How long until it is noticed that one has left, while nothing is sent. */
	LEFT_ONE("1 of 1, idle, ms"),

	/** How long until it is noticed that many have left, while nothing is sent. */
	LEFT_MANY("1,000 at once, idle, ms"),

	/** How long until it is noticed that one has left, while events flow. */
	LEFT_ONE_PACED("1 of 1,001, at 50 events/s, ms"),

	/** How long until it is noticed that many have left, while events flow. */
	LEFT_MANY_PACED("1,000 at once, at 50 events/s, ms"),

	/** How long until all have caught up. */
	CAUGHT_UP("all caught up after, ms");

	private final String label;

	Metric(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	/**
	 * Writes a value with three digits that matter. Infinite is what was not seen.
	 */
	static String format(double value) {
		if (Double.isInfinite(value)) {
			return "not seen";
		}
		double size = Math.abs(value);
		if (size >= 1000) {
			double step = Math.pow(10, Math.floor(Math.log10(size)) - 2);
			return String.format(Locale.ROOT, "%,d", Math.round(Math.round(value / step) * step));
		}
		int digits = (size >= 100 || size == 0) ? 0 : (size >= 10) ? 1 : 2;
		return String.format(Locale.ROOT, "%." + digits + "f", value);
	}

}
