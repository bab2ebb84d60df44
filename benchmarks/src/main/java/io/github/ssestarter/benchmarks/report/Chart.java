package io.github.ssestarter.benchmarks.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * Bars of the metrics that matter most, as SVG.
 */
final class Chart {

	private static final int WIDTH = 760;

	private static final int LABEL = 230;

	private static final int BAR = 18;

	private static final int STEP = 26;

	private static final int HEAD = 56;

	private static final List<Panel> PANELS = List.of(
			new Panel("burst", Metric.DELIVERIES, "Burst to 1,000 clients: deliveries a second (more is better)", true),
			new Panel("burst", Metric.CPU, "Burst: server CPU, µs per delivery (less is better)", false),
			new Panel("paced", Metric.P99, "50 events/s to 1,000 clients: p99, ms (less is better)", false),
			new Panel("paced", Metric.CPU, "50 events/s to 1,000 clients: server CPU, µs per delivery (less is better)",
					false));

	private final StringBuilder text = new StringBuilder();

	private int y;

	private Chart() {
	}

	static String of(Results results) {
		Chart chart = new Chart();
		PANELS.forEach((panel) -> chart.panel(results, panel));
		return """
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="#ffffff"/>
				%s</svg>
				""".formatted(WIDTH, chart.y + STEP, chart.text);
	}

	private void panel(Results results, Panel panel) {
		List<Bar> bars = results.peers(panel.scenario())
			.stream()
			.map((peer) -> new Bar(peer, results.median(panel.scenario(), peer, panel.metric()).orElse(0)))
			.sorted((panel.isMoreBetter()) ? Comparator.comparingDouble(Bar::value).reversed()
					: Comparator.comparingDouble(Bar::value))
			.toList();
		if (bars.isEmpty()) {
			return;
		}
		double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
		text(16, this.y + 36, "#222222", "start\" font-weight=\"bold", panel.title());
		this.y += HEAD;
		for (Bar bar : bars) {
			bar(bar, most);
		}
	}

	private void bar(Bar bar, double most) {
		double width = Math.max(1, bar.value() / most * (WIDTH - LABEL - 100));
		String label = bar.peer().label().replace("*", "").replace("`", "");
		boolean isOurs = bar.peer().id().startsWith("ours");
		text(LABEL - 8, this.y + 14, "#222222", "end", label);
		this.text
			.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
					LABEL, this.y, width, BAR, (isOurs) ? "#2f855a" : "#a0aec0"));
		text((int) (LABEL + width + 6), this.y + 14, "#444444", "start", Metric.format(bar.value()));
		this.y += STEP;
	}

	private void text(int x, int y, String color, String anchor, String text) {
		this.text.append(String.format(Locale.ROOT,
				"<text x=\"%d\" y=\"%d\" fill=\"%s\" text-anchor=\"%s\">%s</text>%n", x, y, color, anchor, text));
	}

	/**
	 * A group of bars.
	 */
	private record Panel(String scenario, Metric metric, String title, boolean isMoreBetter) {
	}

	/**
	 * A bar.
	 */
	private record Bar(Peer peer, double value) {
	}

}
