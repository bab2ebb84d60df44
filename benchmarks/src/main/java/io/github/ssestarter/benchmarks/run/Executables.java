package io.github.ssestarter.benchmarks.run;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Finds what may not be installed.
 */
final class Executables {

	private Executables() {
	}

	/**
	 * Finds a program.
	 * @param name its name
	 * @return where it is; nowhere if it is not on the path
	 */
	static Path find(String name) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin"))
			.map((folder) -> Path.of(folder, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(Path.of(name));
	}

	static boolean exists(String name) {
		return Files.isExecutable(find(name));
	}

}
