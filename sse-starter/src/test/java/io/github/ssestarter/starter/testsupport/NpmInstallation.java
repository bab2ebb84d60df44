package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
		String node = run(Path.of("."), 10, "node", "--version");
		String failure = (node != null) ? installAlone() : "there is no node";
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

	/**
	 * Installs them, unless another process of the tests has or does, which is awaited.
	 */
	private static @Nullable String installAlone() throws IOException {
		Files.createDirectories(DIRECTORY);
		try (FileChannel channel = FileChannel.open(DIRECTORY.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
			return install();
		}
	}

	private static @Nullable String install() throws IOException {
		Path lock = DIRECTORY.resolve("package-lock.json");
		Path done = DIRECTORY.resolve("node_modules").resolve("installed");
		for (String file : List.of("package.json", "package-lock.json", "clients.mjs", "browser.mjs", "run.mjs")) {
			Files.copy(SOURCES.resolve(file), DIRECTORY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
		}
		if (Files.exists(done) && Files.mismatch(done, lock) < 0) {
			return null;
		}
		String output = run(DIRECTORY, 180, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
				"--prefer-offline", "--loglevel=error");
		if (output == null) {
			return "npm ci failed in " + DIRECTORY.toAbsolutePath();
		}
		Files.copy(lock, done);
		return null;
	}

	/**
	 * Runs a command.
	 * @return what it wrote, {@code null} if it failed
	 */
	private static @Nullable String run(Path directory, int seconds, String... command) throws IOException {
		Path output = Files.createTempFile("command", ".log");
		try {
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean isDone = process.waitFor(seconds, TimeUnit.SECONDS);
			process.destroyForcibly();
			return (isDone && process.exitValue() == 0) ? Files.readString(output).strip() : null;
		}
		catch (IOException ex) {
			// There is no such command
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		finally {
			Files.delete(output);
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
