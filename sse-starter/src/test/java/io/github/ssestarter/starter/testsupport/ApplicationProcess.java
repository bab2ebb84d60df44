package io.github.ssestarter.starter.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application in a process of its own, which ends as a deployment ends it, by SIGTERM,
 * or is killed.
 */
public final class ApplicationProcess implements AutoCloseable {

	/** Below those that the system gives to clients. */
	private static final int FIRST_PORT = 20_000;

	private static final int LAST_PORT = 32_000;

	private final Process process;

	private final Path output;

	private ApplicationProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Starts an application, and waits until it can be connected to.
	 * @param component the application's class, {@code static} and with a name
	 */
	public static ApplicationProcess start(Container container, Class<?> component, int port, String... properties) {
		return startWith(System.getProperty("java.class.path"), container, component, port, properties);
	}

	/**
	 * Starts an application, and waits until it can be connected to.
	 * @param classes a directory whose classes stand in for others of their names
	 * @param component the application's class, {@code static} and with a name
	 */
	public static ApplicationProcess start(Path classes, Container container, Class<?> component, int port,
			String... properties) {
		return startWith(classes + File.pathSeparator + System.getProperty("java.class.path"), container, component,
				port, properties);
	}

	private static ApplicationProcess startWith(String classPath, Container container, Class<?> component, int port,
			String... properties) {
		try {
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
							classPath, ApplicationMain.class.getName(), container.name(), component.getName(),
							"server.port=" + port, "server.shutdown=graceful", Transports.property()));
			command.addAll(List.of(properties));
			Path output = Files.createTempFile("application", ".log");
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			ApplicationProcess application = new ApplicationProcess(process, output);
			try {
				await().atMost(Duration.ofMinutes(2)).until(() -> {
					assertThat(process.isAlive()).as(application::output).isTrue();
					return application.output().contains(ApplicationMain.READY);
				});
			}
			catch (RuntimeException | Error ex) {
				application.close();
				throw ex;
			}
			return application;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A port that no client gets for its own end: one that looks for an application which
	 * has gone could meet itself there, and keep the port from the next.
	 */
	public static int freePort() {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// Somebody else has it
			}
		}
	}

	/**
	 * Tells the process to end, and waits until it is gone.
	 * @return how long that took
	 */
	public Duration terminate() {
		long start = System.nanoTime();
		this.process.destroy();
		awaitEnd();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/**
	 * Ends the process as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly();
		awaitEnd();
	}

	private void awaitEnd() {
		try {
			assertThat(this.process.waitFor(2, TimeUnit.MINUTES)).as("gone").isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What it has written so far.
	 */
	public String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		awaitEnd();
		try {
			Files.delete(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
