package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tests that {@code docs/parity.md} names exist.
 */
class ParityDocumentationTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)(?:\\.(\\w+))?`");

	@Test
	void theTestsItNamesExist() throws IOException {
		Map<String, String> sources = sources();
		assertThat(TEST.matcher(Files.readString(ROOT.resolve("docs/parity.md"))).results()).isNotEmpty()
			.allSatisfy((test) -> {
				assertThat(sources).containsKey(test.group(1));
				if (test.group(2) != null) {
					assertThat(sources.get(test.group(1))).contains("void " + test.group(2) + "(");
				}
			});
	}

	private static Map<String, String> sources() throws IOException {
		Map<String, String> sources = new TreeMap<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			for (Path module : modules.map((path) -> path.resolve("src")).filter(Files::isDirectory).toList()) {
				addSources(module, sources);
			}
		}
		return sources;
	}

	private static void addSources(Path folder, Map<String, String> sources) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.filter((path) -> path.toString().endsWith("Tests.java")).toList()) {
				sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
			}
		}
	}

}
