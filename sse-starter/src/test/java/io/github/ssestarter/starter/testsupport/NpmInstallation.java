package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ClientLibraries} run Node from: {@code src/test/resources/clients}, copied
 * to {@code target}, with the packages that it names. They are installed once, even where
 * several processes share the tests.
 */
final class NpmInstallation {

	private static final Log logger = LogFactory.getLog(NpmInstallation.class);

	private static final Path SOURCES = Path.of("src", "test", "resources", "clients");

	private static final Path DIRECTORY = Path.of("target", "clients");

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final String OLDEST_NODE_OF_ALL = "v20.18.1";

	private static @Nullable NpmInstallation instance;

	private final Set<ClientLibrary> clients = EnumSet.allOf(ClientLibrary.class);

	private NpmInstallation() throws IOException {
		String node = NpmPackages.node();
		String failure = NpmPackages.install(SOURCES, DIRECTORY);
		if (failure != null) {
			logger.warn("SKIPPED: clients of npm were NOT tested: " + failure);
			this.clients.removeAll(ClientLibrary.ofNpm());
			return;
		}
		if (node != null && Arrays.compare(version(node), version(OLDEST_NODE_OF_ALL)) < 0) {
			logger.warn("SKIPPED: undici was NOT tested, it needs Node " + OLDEST_NODE_OF_ALL + ", here is " + node);
			this.clients.remove(ClientLibrary.UNDICI);
		}
		if (!Files.isExecutable(CHROMIUM)) {
			logger.warn("SKIPPED: " + ClientLibrary.inBrowser() + " were NOT tested: there is no " + CHROMIUM);
			this.clients.removeAll(ClientLibrary.inBrowser());
		}
	}

	static synchronized NpmInstallation get() {
		try {
			NpmInstallation installation = (instance != null) ? instance : new NpmInstallation();
			instance = installation;
			return installation;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int[] version(String text) {
		return Arrays.stream(text.substring(1).split("\\.")).mapToInt(Integer::parseInt).toArray();
	}

	/**
	 * Those that can be run here, those of Java among them.
	 */
	Set<ClientLibrary> clients() {
		return this.clients;
	}

	/**
	 * Starts the runner.
	 * @param argument what is to be run
	 * @param errors where it says what else there is to say
	 */
	Process start(String argument, Path errors) throws IOException {
		List<String> command = new ArrayList<>(List.of("node", "run.mjs", argument, CHROMIUM.toString()));
		return new ProcessBuilder(command).directory(DIRECTORY.toFile()).redirectError(errors.toFile()).start();
	}

}
