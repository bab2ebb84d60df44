package io.github.ssestarter.starter.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.util.FileSystemUtils;

/**
 * What {@link IsolatedClient}s are loaded from: {@code src/test/resources/java-clients},
 * copied to {@code target} and compiled there by a Maven of its own, once.
 */
final class MavenInstallation {

	private static final Log logger = LogFactory.getLog(MavenInstallation.class);

	private static final Path SOURCES = Path.of("src", "test", "resources", "java-clients");

	private static final Path DIRECTORY = Path.of("target", "java-clients").toAbsolutePath();

	private static final boolean isThere = installAlone();

	private MavenInstallation() {
	}

	/**
	 * Whether there are the clients. It is logged if not.
	 */
	static boolean isThere() {
		return isThere;
	}

	/**
	 * Compiles them, unless another process of the tests has or does, which is awaited.
	 */
	private static boolean installAlone() {
		try (FileChannel channel = FileChannel.open(Path.of("target", "java-clients.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
			return install();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean install() throws IOException {
		Path done = DIRECTORY.resolve("installed");
		String sources = sources();
		if (Files.exists(done) && Files.readString(done).equals(sources)) {
			return true;
		}
		FileSystemUtils.deleteRecursively(DIRECTORY);
		FileSystemUtils.copyRecursively(SOURCES, DIRECTORY);
		if (!maven("--offline") && !maven("--no-transfer-progress")) {
			logger.warn("SKIPPED: " + ClientLibrary.isolated() + " were NOT tested: Maven failed, see "
					+ DIRECTORY.resolve("maven.log"));
			return false;
		}
		Files.writeString(done, sources);
		return true;
	}

	/**
	 * All that is compiled.
	 */
	private static String sources() throws IOException {
		StringBuilder text = new StringBuilder();
		try (var files = Files.walk(SOURCES)) {
			for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
				text.append(Files.readString(file));
			}
		}
		return text.toString();
	}

	private static boolean maven(String option) throws IOException {
		Process process = new ProcessBuilder(Path.of("..", "mvnw").toAbsolutePath().toString(), "--batch-mode", option)
			.directory(DIRECTORY.toFile())
			.redirectErrorStream(true)
			.redirectOutput(DIRECTORY.resolve("maven.log").toFile())
			.start();
		try {
			boolean isDone = process.waitFor(180, TimeUnit.SECONDS);
			process.destroyForcibly();
			return isDone && process.exitValue() == 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Loads the client of a module, apart from all that is loaded here.
	 */
	@SuppressWarnings("unchecked")
	static BiFunction<String, Consumer<String[]>, AutoCloseable> load(String module) {
		Path target = DIRECTORY.resolve(module).resolve("target");
		try {
			List<URL> urls = new ArrayList<>(List.of(url(target.resolve("classes"))));
			for (String file : Files.readString(target.resolve("classpath")).split(File.pathSeparator)) {
				urls.add(url(Path.of(file)));
			}
			URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
			return (BiFunction<String, Consumer<String[]>, AutoCloseable>) loader.loadClass("Client")
				.getConstructor()
				.newInstance();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static URL url(Path path) throws MalformedURLException {
		return path.toUri().toURL();
	}

}
