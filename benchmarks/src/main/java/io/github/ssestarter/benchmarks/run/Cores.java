package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who runs on which core: where there are four or more, the last is the load client's
 * alone, so that it does not take from the servers what it measures of them.
 */
final class Cores {

	private static final int ENOUGH = 4;

	private static final Path STATUS = Path.of("/proc/self/status");

	private static final String ALLOWED = "Cpus_allowed_list:";

	private final List<Integer> cores;

	private Cores(List<Integer> cores) {
		this.cores = cores;
	}

	/**
	 * The cores that this process may use, if it can give them away.
	 */
	static Cores here() throws IOException {
		if (!Files.exists(STATUS) || !Executables.exists("taskset")) {
			return new Cores(List.of());
		}
		return Files.readAllLines(STATUS)
			.stream()
			.filter((line) -> line.startsWith(ALLOWED))
			.map((line) -> parse(line.substring(ALLOWED.length()).strip()))
			.findFirst()
			.orElse(new Cores(List.of()));
	}

	/**
	 * Reads the kernel's way to write them.
	 * @param list numbers and ranges, such as {@code 0-2,5}
	 */
	static Cores parse(String list) {
		List<Integer> cores = new ArrayList<>();
		for (String range : list.split(",")) {
			String[] ends = range.split("-");
			IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
				.forEach(cores::add);
		}
		return new Cores(cores);
	}

	/**
	 * Whether servers and load client run on the same cores.
	 */
	boolean areShared() {
		return this.cores.size() < ENOUGH;
	}

	/**
	 * A command that runs on the load client's core.
	 */
	List<String> forLoadClient(List<String> command) {
		return on(this.cores.subList(Math.max(0, this.cores.size() - 1), this.cores.size()), command);
	}

	/**
	 * A command that leaves the load client's core alone.
	 */
	List<String> forServer(List<String> command) {
		return on(this.cores.subList(0, Math.max(0, this.cores.size() - 1)), command);
	}

	private List<String> on(List<Integer> some, List<String> command) {
		if (areShared()) {
			return command;
		}
		List<String> pinned = new ArrayList<>(List.of(Executables.find("taskset").toString(), "-c",
				some.stream().map(String::valueOf).collect(Collectors.joining(","))));
		pinned.addAll(command);
		return pinned;
	}

}
