package io.github.ssestarter.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * Writes what a run has found: as Markdown, as JSON and as a chart.
 */
public final class Report {

	private final Results results;

	private final StringBuilder text = new StringBuilder();

	private Report(Results results) {
		this.results = results;
	}

	/**
	 * Writes the files, and the Markdown to the console too.
	 * @param results what was found
	 * @param target the folder to write to
	 * @param loadClient where the load client has run
	 * @param duration how long it took
	 */
	public static void write(Results results, Path target, String loadClient, Duration duration) throws IOException {
		Machine machine = Machine.here();
		String markdown = new Report(results).markdown(machine, loadClient, duration);
		Files.writeString(target.resolve("benchmarks.md"), markdown);
		Files.writeString(target.resolve("benchmarks.svg"), Chart.of(results));
		Files.writeString(target.resolve("benchmarks.json"), json(results, machine, duration));
		System.out.println();
		System.out.println(markdown);
		System.out.println("Written: " + target.resolve("benchmarks.md") + ", .json, .svg");
	}

	private static String json(Results results, Machine machine, Duration duration) {
		Map<String, Object> scenarios = new LinkedHashMap<>();
		for (String scenario : results.scenarios()) {
			scenarios.put(scenario,
					results.peers(scenario)
						.stream()
						.collect(Collectors.toMap(Peer::id, (peer) -> results.values(scenario, peer), (a, b) -> a,
								LinkedHashMap::new)));
		}
		Map<String, Object> skipped = new LinkedHashMap<>();
		results.skipped().forEach((peer, reason) -> skipped.put(peer.id(), reason));
		return JsonMapper.builder()
			.enable(SerializationFeature.INDENT_OUTPUT)
			.build()
			.writeValueAsString(Map.of("machine", machine, "seconds", duration.toSeconds(), "skipped", skipped,
					"scenarios", scenarios));
	}

	private String markdown(Machine machine, String loadClient, Duration duration) {
		line(machine.text() + ". " + loadClient + " Payload of 100 bytes of JSON unless said otherwise; medians "
				+ "of the rounds; " + duration.toMinutes() + " min in all.");
		this.results.skipped().forEach((peer, reason) -> {
			line("");
			line("Skipped: " + peer.label() + ": " + reason + ".");
		});
		Section.ALL.stream().filter((one) -> !this.results.peers(one.scenario()).isEmpty()).forEach(this::section);
		comparisons();
		targets();
		return this.text.toString();
	}

	private void section(Section section) {
		line("");
		line("### " + section.title());
		line("");
		row("", section.columns().stream().map(Metric::label).toList());
		row("---", section.columns().stream().map((column) -> "---:").toList());
		for (Peer peer : this.results.peers(section.scenario())) {
			row(peer.label(),
					section.columns()
						.stream()
						.map((column) -> text(this.results.median(section.scenario(), peer, column)))
						.toList());
		}
	}

	private void comparisons() {
		List<Comparison> all = Comparison.all(this.results);
		if (all.isEmpty()) {
			return;
		}
		line("");
		line("### Before and now");
		line("");
		row("", List.of("before", "now", "now ÷ before"));
		row("---", List.of("---:", "---:", "---:"));
		for (Comparison one : all) {
			row(one.title(), List.of(Metric.format(one.before()), Metric.format(one.now()),
					String.format(Locale.ROOT, "%.2f", one.ratio())));
		}
	}

	private void targets() {
		line("");
		line("### Targets");
		line("");
		row("", List.of("target", "reached", ""));
		row("---", List.of("---:", "---:", "---"));
		for (Target target : Target.ALL) {
			OptionalDouble reached = target.reached(this.results);
			String verdict = (reached.isEmpty()) ? "not measured"
					: (target.isMetBy(reached.getAsDouble())) ? "met" : "**missed**";
			row(target.text(), List.of(target.wanted(), text(reached), verdict));
		}
		row("Formatter, and an event that nobody hears", List.of("", "", "by JMH, `-Pjmh`"));
	}

	private static String text(OptionalDouble value) {
		return (value.isPresent()) ? Metric.format(value.getAsDouble()) : "–";
	}

	private void row(String first, List<String> cells) {
		line(String.format(Locale.ROOT, "| %s | %s |", first, String.join(" | ", cells)));
	}

	private void line(String line) {
		this.text.append(line).append('\n');
	}

}
