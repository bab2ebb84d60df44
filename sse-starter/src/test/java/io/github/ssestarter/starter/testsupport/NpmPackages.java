package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Installs packages of npm: a folder of resources, copied, with those that its
 * {@code package-lock.json} names.
 */
final class NpmPackages {

	private NpmPackages() {
	}

	/**
	 * The version of Node, {@code null} if there is none.
	 */
	static @Nullable String node() throws IOException {
		return run(Path.of("."), 10, List.of("node", "--version"), "");
	}

	/**
	 * Installs packages, unless they are, or another process of the tests does, which is
	 * awaited.
	 * @return why they are not, {@code null} if they are
	 */
	static @Nullable String install(Path sources, Path directory) throws IOException {
		if (node() == null) {
			return "there is no node";
		}
		Files.createDirectories(directory);
		try (FileChannel channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
			return installAlone(sources, directory);
		}
	}

	private static @Nullable String installAlone(Path sources, Path directory) throws IOException {
		try (Stream<Path> files = Files.list(sources)) {
			for (Path file : files.toList()) {
				Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		Path lock = directory.resolve("package-lock.json");
		Path done = directory.resolve("node_modules").resolve("installed");
		if (Files.exists(done) && Files.mismatch(done, lock) < 0) {
			return null;
		}
		String output = run(directory, 180, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
				"--prefer-offline", "--loglevel=error"), "");
		if (output == null) {
			return "npm ci failed in " + directory.toAbsolutePath();
		}
		Files.copy(lock, done);
		return null;
	}

	/**
	 * Runs a command.
	 * @param input what it reads
	 * @return what it wrote, {@code null} if it failed
	 */
	static @Nullable String run(Path directory, int seconds, List<String> command, String input) throws IOException {
		Output output = execute(directory, seconds, command, input);
		return (output.isSuccess()) ? output.text() : null;
	}

	/**
	 * Runs a command.
	 * @param input what it reads
	 * @return what it wrote, however it ended
	 */
	static Output execute(Path directory, int seconds, List<String> command, String input) throws IOException {
		Path in = Files.createTempFile("command", ".in");
		Path out = Files.createTempFile("command", ".log");
		try {
			Files.writeString(in, input);
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectInput(in.toFile())
				.redirectOutput(out.toFile())
				.start();
			boolean isDone = process.waitFor(seconds, TimeUnit.SECONDS);
			process.destroyForcibly();
			return new Output(isDone && process.exitValue() == 0, Files.readString(out).strip());
		}
		catch (IOException ex) {
			return new Output(false, "There is no " + command.get(0));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Output(false, "Interrupted");
		}
		finally {
			Files.delete(in);
			Files.delete(out);
		}
	}

	/**
	 * What a command left.
	 *
	 * @param isSuccess whether it ended in time, and with 0
	 * @param text what it wrote
	 */
	record Output(boolean isSuccess, String text) {
	}

}
