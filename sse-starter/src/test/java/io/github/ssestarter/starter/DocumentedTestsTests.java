package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tests that the documentation names exist.
 */
class DocumentedTestsTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)(?:\\.(\\w+))?`");

	@ParameterizedTest
	@ValueSource(strings = { "parity.md", "security.md", "operations.md", "proxies.md", "clients.md", "browser.md",
			"openapi.md", "guide.md", "recipes.md", "backplane.md" })
	void theyExist(String document) throws IOException {
		Map<String, String> sources = sources();
		List<MatchResult> named = TEST.matcher(Files.readString(ROOT.resolve("docs").resolve(document)))
			.results()
			.toList();
		assertThat(named).isNotEmpty();
		assertThat(named.stream().filter((test) -> !exists(test.group(1), test.group(2), sources)))
			.extracting(MatchResult::group)
			.isEmpty();
	}

	private static boolean exists(String type, @Nullable String method, Map<String, String> sources) {
		String source = sources.get(type);
		return source != null && (method == null || source.contains("void " + method + "("));
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
