package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The clients of {@code src/test/resources/recipes}, with packages of npm.
 */
public final class RecipeClients {

	/** The scripts and their packages. */
	public static final Path DIRECTORY = Path.of("target", "recipes");

	private static final Path SOURCES = Path.of("src", "test", "resources", "recipes");

	private RecipeClients() {
	}

	/**
	 * Runs one. Skips the test where there is no Node, or its packages cannot be
	 * installed.
	 * @param script its name
	 * @param arguments such as the server's URL
	 * @return what it wrote, its errors as well
	 */
	public static String run(String script, String... arguments) throws IOException {
		install();
		List<String> command = new ArrayList<>(List.of("node", script));
		command.addAll(List.of(arguments));
		return NpmPackages.execute(DIRECTORY, 60, command, "").text();
	}

	/**
	 * Installs them, unless they are. Skips the test where they cannot be.
	 */
	public static void install() throws IOException {
		String failure = NpmPackages.install(SOURCES, DIRECTORY);
		assumeTrue(failure == null, failure);
	}

}
