package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis of its own, in a process, with a folder of its own.
 */
public final class RedisServer implements AutoCloseable {

	private static final int MAX_TRIES = 3;

	/** What is to end with the tests, even if they are ended. */
	private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
	}

	private final Path executable;

	private final Path folder;

	private final int port;

	private final List<String> options;

	private Process process;

	private final RedisClient client;

	private RedisServer(Path executable, Path folder, int port, List<String> options) {
		this.executable = executable;
		this.folder = folder;
		this.port = port;
		this.options = options;
		this.client = RedisClient.create(
				RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(Duration.ofSeconds(20)).build());
		this.process = run();
	}

	/**
	 * Starts a server that keeps nothing on the disk unless it is told to.
	 * @param version which one; the test is skipped where it is not installed
	 * @param folder where it may write
	 * @param options as in its configuration, each name followed by its value
	 */
	public static RedisServer start(Version version, Path folder, String... options) {
		Optional<Path> executable = version.executable();
		Assumptions.assumeTrue(executable.isPresent(), "redis-server is not installed");
		try {
			Path own = Files.createTempDirectory(folder, "redis");
			return start(executable.orElseThrow(), own, List.of(options));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts a sentinel that is enough to decide alone, after a second.
	 * @param version which one
	 * @param folder where it may write
	 * @param master the port of the master, which it calls {@code events}
	 */
	public static RedisServer startSentinel(Version version, Path folder, int master) {
		Path executable = version.executable().orElseThrow();
		try {
			Path own = Files.createTempDirectory(folder, "sentinel");
			Path configuration = Files.writeString(own.resolve("sentinel.conf"), """
					sentinel monitor events 127.0.0.1 %d 1
					sentinel down-after-milliseconds events 1000
					sentinel failover-timeout events 5000
					""".formatted(master));
			return start(executable, own, List.of(configuration.toString(), "--sentinel"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Another program may take a port that was free.
	 */
	private static RedisServer start(Path executable, Path folder, List<String> options) throws IOException {
		RedisServer server = new RedisServer(executable, folder, ProxyServer.freePort(), options);
		for (int tries = 1; tries < MAX_TRIES && !server.isRunning(); tries++) {
			server.close();
			server = new RedisServer(executable, folder, ProxyServer.freePort(), options);
		}
		assertThat(server.isRunning()).as(server::log).isTrue();
		return server;
	}

	private boolean isRunning() {
		return this.process.isAlive();
	}

	private Process run() {
		if (this.options.contains("--sentinel")) {
			return run(List.of(this.executable.toString(), this.options.get(0), "--sentinel", "--port",
					Integer.toString(this.port), "--bind", "127.0.0.1"));
		}
		List<String> command = new ArrayList<>(List.of(this.executable.toString(), "--port",
				Integer.toString(this.port), "--bind", "127.0.0.1", "--save", "", "--dir", this.folder.toString(),
				"--repl-diskless-sync-delay", "0", "--repl-diskless-sync", "yes"));
		command.addAll(this.options);
		return run(command);
	}

	private Process run(List<String> command) {
		try {
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.folder.resolve("log").toFile())
				.start();
			RUNNING.add(started);
			started.onExit().thenAccept(RUNNING::remove);
			try {
				Awaitility.await()
					.atMost(30, TimeUnit.SECONDS)
					.pollInterval(20, TimeUnit.MILLISECONDS)
					.until(() -> !started.isAlive() || isThere());
			}
			catch (ConditionTimeoutException ex) {
				started.destroyForcibly();
				throw ex;
			}
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isThere() {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(1_000);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			return socket.getInputStream().read() == '+';
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String log() {
		try {
			return Files.readString(this.folder.resolve("log"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	public int port() {
		return this.port;
	}

	public Path folder() {
		return this.folder;
	}

	/**
	 * Commands of the test, on a connection of its own.
	 */
	public RedisCommands<String, String> commands() {
		return this.client.connect().sync();
	}

	/**
	 * Waits until it has what its master has.
	 */
	public void awaitReplication() {
		RedisCommands<String, String> commands = commands();
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> commands.info("replication").contains("master_link_status:up"));
	}

	/**
	 * Whether a sentinel knows whom it could make the master.
	 */
	public boolean knowsReplica(String master) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(1_000);
			socket.getOutputStream()
				.write(("SENTINEL replicas " + master + "\r\n").getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte[2];
			return socket.getInputStream().readNBytes(answer, 0, 2) == 2 && answer[0] == '*' && answer[1] != '0';
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Ends it in order.
	 */
	public void stop() {
		this.process.destroy();
		awaitEnd();
	}

	/**
	 * Ends it as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly();
		awaitEnd();
	}

	/**
	 * Starts it once it has ended, on the same port, with the same folder.
	 */
	public void startAgain() {
		this.process = run();
		assertThat(isRunning()).as(this::log).isTrue();
	}

	/**
	 * Lets it do nothing, without anybody noticing.
	 */
	public void freeze() {
		signal("-STOP");
	}

	/**
	 * Lets it go on.
	 */
	public void thaw() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			Process kill = new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).start();
			assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
			assertThat(kill.exitValue()).isZero();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void awaitEnd() {
		try {
			assertThat(this.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.client.shutdown(0, 5, TimeUnit.SECONDS);
		this.process.destroyForcibly();
		awaitEnd();
	}

	/**
	 * A version of Redis.
	 */
	public enum Version {

		/** 6.2, from the jar of embedded-redis. */
		EMBEDDED {

			@Override
			public Optional<Path> executable() {
				return Embedded.EXECUTABLE;
			}

		},

		/** 7, as Debian has it. */
		INSTALLED {

			@Override
			public Optional<Path> executable() {
				return Optional.of(Path.of("/usr/bin/redis-server")).filter(Files::isExecutable);
			}

		};

		public abstract Optional<Path> executable();

		/**
		 * The newest that there is.
		 */
		public static Version newest() {
			return (INSTALLED.executable().isPresent()) ? INSTALLED : EMBEDDED;
		}

	}

	private static final class Embedded {

		static final Optional<Path> EXECUTABLE = extract();

		private static Optional<Path> extract() {
			boolean isLinux = System.getProperty("os.name").startsWith("Linux")
					&& System.getProperty("os.arch").equals("amd64");
			if (!isLinux) {
				return Optional.empty();
			}
			try (InputStream input = RedisServer.class.getResourceAsStream("/redis-server-6.2.6-v5-linux-amd64")) {
				assertThat(input).as("The executable in embedded-redis").isNotNull();
				Path file = Files.createTempFile("redis-server", "");
				Files.write(file, input.readAllBytes());
				assertThat(file.toFile().setExecutable(true)).isTrue();
				file.toFile().deleteOnExit();
				return Optional.of(file);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
