package io.github.ssestarter.starter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's example is the code of the application in {@code src/it}, which is built
 * and run with every build.
 */
class ReadmeTests {

	private static final Path SOURCES = Path.of("src", "it", "tomcat", "src", "main", "java", "com", "example", "live");

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

	@Test
	void theExampleIsCodeThatRuns() throws IOException {
		List<String> examples = matches(JAVA);
		assertThat(examples).hasSize(2);
		for (String example : examples) {
			assertThat(sources()).as(example).anyMatch((source) -> source.endsWith("\n\n" + example));
		}
	}

	@Test
	void whatItLinksToIsThere() throws IOException {
		assertThat(matches(LINK)).isNotEmpty().allSatisfy((link) -> assertThat(Path.of("..", link)).exists());
	}

	private static List<String> matches(Pattern pattern) throws IOException {
		return pattern.matcher(Files.readString(Path.of("..", "README.md")))
			.results()
			.map((result) -> result.group(1))
			.toList();
	}

	private static List<String> sources() throws IOException {
		try (Stream<Path> files = Files.list(SOURCES)) {
			return files.map(ReadmeTests::read).toList();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
