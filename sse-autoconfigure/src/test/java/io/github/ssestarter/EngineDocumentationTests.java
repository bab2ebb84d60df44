package io.github.ssestarter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/engine.md} against the code that it leads to.
 */
class EngineDocumentationTests {

	private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*))?`");

	@Test
	void thePageNamesClassesAndMethodsThatAreThere() throws IOException {
		Map<String, String> sources = sources();
		Set<String> missing = new TreeSet<>();
		int found = 0;
		Matcher name = NAME.matcher(Files.readString(Path.of("..", "docs", "engine.md")));
		while (name.find()) {
			String source = sources.get(name.group(1));
			if (source == null || (name.group(2) != null && !hasMethod(source, name.group(2)))) {
				missing.add(name.group());
			}
			found++;
		}
		assertThat(missing).isEmpty();
		assertThat(found).isGreaterThan(100);
	}

	private static boolean hasMethod(String source, String method) {
		return Pattern.compile("(?m)^\\t[\\w@<][^=;(\\n]* " + method + "\\(").matcher(source).find();
	}

	private static Map<String, String> sources() throws IOException {
		Map<String, String> sources = new HashMap<>();
		try (Stream<Path> files = Files.walk(Path.of("src"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
			}
		}
		return sources;
	}

}
