package io.github.ssestarter.sample.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * A Redis of its own, in a process, which keeps nothing.
 */
public final class RedisServer implements AutoCloseable {

	private static final String SKIPPED = "SKIPPED: nothing was tested with Redis. Put redis-server on the PATH";

	private final Process process;

	private final int port;

	private RedisServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts the one that is installed, or that of embedded-redis. Where neither runs,
	 * the tests that ask for it are skipped.
	 * @param folder where it may write
	 */
	public static RedisServer start(Path folder) throws IOException {
		Optional<Path> executable = installed().or(() -> embedded(folder));
		assumeThat(executable).as(SKIPPED).isPresent();
		int port = freePort();
		Path log = folder.resolve("redis.log");
		Process process = new ProcessBuilder(executable.orElseThrow().toString(), "--port", Integer.toString(port),
				"--bind", "127.0.0.1", "--save", "", "--dir", folder.toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		RedisServer server = new RedisServer(process, port);
		await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive() || isTaken(port));
		assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
		return server;
	}

	private static Optional<Path> installed() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((folder) -> Path.of(folder, "redis-server"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static Optional<Path> embedded(Path folder) {
		if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
			return Optional.empty();
		}
		try (InputStream input = RedisServer.class.getResourceAsStream("/redis-server-6.2.6-v5-linux-amd64")) {
			assertThat(input).as("The executable in embedded-redis").isNotNull();
			Path file = folder.resolve("redis-server");
			Files.copy(input, file);
			return (file.toFile().setExecutable(true)) ? Optional.of(file) : Optional.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * Whether somebody listens there.
	 */
	public static boolean isTaken(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
