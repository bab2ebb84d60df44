package io.github.ssestarter.benchmarks.run;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.github.ssestarter.SseBroadcaster;

/**
 * An earlier build of the starter, which runs with the libraries of the present one.
 */
final class EarlierBuild {

	private EarlierBuild() {
	}

	/**
	 * The class path with another jar where the present build stands.
	 */
	static String inPlaceOfPresent(Path before, String classPath) {
		Path present = present();
		List<Path> entries = Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).toList();
		if (!entries.contains(present)) {
			throw new IllegalStateException(present + " is not on the class path");
		}
		return entries.stream()
			.map((entry) -> (entry.equals(present) ? before : entry).toString())
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static Path present() {
		try {
			return Path.of(SseBroadcaster.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
