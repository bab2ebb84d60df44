package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools of npm that read an OpenAPI document: the scripts of
 * {@code src/test/resources/openapi}. They are installed once.
 */
public final class NpmTools {

	private static final Log logger = LogFactory.getLog(NpmTools.class);

	private static final Path SOURCES = Path.of("src", "test", "resources", "openapi");

	private static final Path DIRECTORY = Path.of("target", "openapi");

	private static @Nullable Optional<NpmTools> instance;

	private NpmTools() {
	}

	/**
	 * The tools, if they can be run here. It is logged if they cannot.
	 */
	public static synchronized Optional<NpmTools> get() {
		Optional<NpmTools> tools = instance;
		if (tools == null) {
			tools = install();
			instance = tools;
		}
		return tools;
	}

	private static Optional<NpmTools> install() {
		try {
			String failure = NpmPackages.install(SOURCES, DIRECTORY);
			if (failure == null) {
				return Optional.of(new NpmTools());
			}
			logger.warn("SKIPPED: the OpenAPI document was NOT read by tools of npm: " + failure);
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs a script.
	 * @param script its name
	 * @param document what it reads
	 * @return what it wrote
	 */
	public String run(String script, String document) throws IOException {
		String output = NpmPackages.run(DIRECTORY, 60, List.of("node", script), document);
		assertThat(output).as("What " + script + " says of " + document).isNotNull();
		return String.valueOf(output);
	}

}
