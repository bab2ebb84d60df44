package io.github.ssestarter.benchmarks.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.benchmarks.server.Peer;

/**
 * What the command line asks for.
 *
 * @param target where files are written
 * @param scenarios the scenarios to run, all if empty
 * @param servers the servers to measure, all if empty
 * @param before the jar of an earlier build to measure beside the present one,
 * {@code null} for none
 * @param rounds how many rounds a median is taken of
 * @param scale how long a round is, 1 as it should be
 */
record Options(Path target, Set<String> scenarios, Set<String> servers, @Nullable Path before, int rounds,
		double scale) {

	static Options fromSystemProperties() {
		return new Options(Path.of(System.getProperty("bench.target", "target")), names("bench.scenarios"),
				names("bench.servers"), beforeJar(), Integer.getInteger("bench.rounds", 5),
				Double.parseDouble(System.getProperty("bench.scale", "1")));
	}

	private static @Nullable Path beforeJar() {
		String jar = System.getProperty("bench.before", "");
		if (jar.isEmpty()) {
			return null;
		}
		Path path = Path.of(jar).toAbsolutePath();
		if (!Files.isRegularFile(path)) {
			throw new IllegalArgumentException("bench.before names no jar: " + path);
		}
		return path;
	}

	private static Set<String> names(String property) {
		return Arrays.stream(System.getProperty(property, "").split(","))
			.map(String::trim)
			.filter((name) -> !name.isEmpty())
			.collect(Collectors.toSet());
	}

	boolean runsScenario(String name) {
		return this.scenarios.isEmpty() || this.scenarios.contains(name);
	}

	boolean runsServer(Peer peer) {
		return (this.before != null || !peer.isBefore())
				&& (this.servers.isEmpty() || this.servers.contains(peer.id()));
	}

	/**
	 * How many rounds a scenario has.
	 * @param of5 how many it has where others have five
	 */
	int rounds(int of5) {
		return (int) Math.ceil(of5 * this.rounds / 5.0);
	}

	int scaled(double seconds, int perSecond) {
		return (int) Math.max(1, Math.round(seconds * this.scale * perSecond));
	}

}
