package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A page in Chromium: {@code src/test/resources/recipes/page.mjs}.
 */
public final class Page {

	private static final Path DIRECTORY = Path.of("src", "test", "resources", "recipes");

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private Page() {
	}

	/**
	 * Opens a page, and waits until an expression is true of it. Skips the test where
	 * there is no Node or no Chromium.
	 * @param expression in JavaScript, evaluated again and again
	 * @param authorization the header of each request, if any
	 * @return the expression's value as JSON, and in the lines after it what the page
	 * complained of
	 */
	public static String open(String url, String expression, String... authorization) throws IOException {
		assumeTrue(Files.isExecutable(CHROMIUM), () -> "There is no " + CHROMIUM);
		assumeTrue(NpmPackages.node() != null, "There is no node");
		List<String> command = new ArrayList<>(List.of("node", "page.mjs", CHROMIUM.toString(), url, expression));
		command.addAll(List.of(authorization));
		NpmPackages.Output output = NpmPackages.execute(DIRECTORY, 60, command, "");
		assertThat(output.isSuccess()).as(output.text()).isTrue();
		return output.text();
	}

}
