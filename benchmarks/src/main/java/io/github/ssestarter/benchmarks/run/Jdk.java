package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A JDK that is installed.
 *
 * @param home where it is
 * @param feature its version, such as 25
 */
record Jdk(Path home, int feature) {

	private static final Path FOLDER = Path.of("/usr/lib/jvm");

	private static final int VIRTUAL_THREADS = 21;

	/**
	 * Finds the newest JDK that has virtual threads: the present one, or one where Linux
	 * keeps them.
	 * @return its home, {@code null} if there is none
	 */
	static @Nullable Path newest() throws IOException {
		Jdk present = new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());
		return Stream.concat(Stream.of(present), installed().stream())
			.filter((jdk) -> jdk.feature() >= VIRTUAL_THREADS)
			.max(Comparator.comparingInt(Jdk::feature))
			.map(Jdk::home)
			.orElse(null);
	}

	private static List<Jdk> installed() throws IOException {
		if (!Files.isDirectory(FOLDER)) {
			return List.of();
		}
		try (Stream<Path> homes = Files.list(FOLDER)) {
			return homes.filter((home) -> Files.isExecutable(home.resolve("bin/java")))
				.map((home) -> new Jdk(home, feature(home.resolve("release"))))
				.toList();
		}
	}

	/**
	 * Reads the version from the file that each JDK has about itself.
	 * @return the version, zero if the file does not tell
	 */
	private static int feature(Path release) {
		try (Stream<String> lines = Files.lines(release)) {
			return lines.filter((line) -> line.startsWith("JAVA_VERSION="))
				.map((line) -> line.replaceAll("\\D*(\\d+).*", "$1"))
				.mapToInt(Integer::parseInt)
				.findFirst()
				.orElse(0);
		}
		catch (IOException ex) {
			return 0;
		}
	}

}
