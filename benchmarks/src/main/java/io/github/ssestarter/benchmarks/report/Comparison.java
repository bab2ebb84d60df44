package io.github.ssestarter.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * What the earlier build and the present one have come to in the same run.
 *
 * @param scenario the scenario's name
 * @param container what both ran on
 * @param metric what was measured
 * @param before the earlier build's median
 * @param now the present build's median
 */
record Comparison(String scenario, String container, Metric metric, double before, double now) {

	static List<Comparison> all(Results results) {
		List<Comparison> all = new ArrayList<>();
		for (Section section : Section.ALL) {
			for (Metric metric : section.columns()) {
				add(all, results, section, metric, "Tomcat", Peer.BEFORE_TOMCAT, Peer.OURS_TOMCAT);
				add(all, results, section, metric, "Jetty", Peer.BEFORE_JETTY, Peer.OURS_JETTY);
			}
		}
		return all;
	}

	private static void add(List<Comparison> all, Results results, Section section, Metric metric, String container,
			Peer before, Peer now) {
		OptionalDouble old = results.median(section.scenario(), before, metric);
		OptionalDouble current = results.median(section.scenario(), now, metric);
		if (old.isPresent() && current.isPresent()) {
			all.add(new Comparison(section.scenario(), container, metric, old.getAsDouble(), current.getAsDouble()));
		}
	}

	/**
	 * What was measured, as Markdown.
	 */
	String title() {
		return this.scenario + ", " + this.container + ": " + this.metric.label();
	}

	/**
	 * How many times the earlier build's value the present one's is.
	 */
	double ratio() {
		return (this.before == this.now) ? 1 : this.now / this.before;
	}

}
