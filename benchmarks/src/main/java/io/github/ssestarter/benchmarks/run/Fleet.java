package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.benchmarks.load.Wire;
import io.github.ssestarter.benchmarks.report.Results;
import io.github.ssestarter.benchmarks.server.Peer;
import io.github.ssestarter.benchmarks.server.RedisPort;

/**
 * The servers that run: each is started when it is first asked for, and stays.
 */
final class Fleet implements AutoCloseable {

	private static final List<String> JVM_OPTIONS = List.of("-Xmx2g", "-XX:+UseG1GC");

	private final Map<Running, ServerProcess> running = new HashMap<>();

	private final Options options;

	private final Path directory;

	private int started;

	private @Nullable RedisProcess redis;

	Fleet(Options options) throws IOException {
		this.options = options;
		this.directory = Files.createDirectories(options.target().resolve("servers")).toAbsolutePath();
	}

	/**
	 * Those that can be measured here.
	 * @param peers who is wanted
	 * @param results takes note of those who are not there
	 * @return who is there
	 */
	List<Peer> present(List<Peer> peers, Results results) throws IOException {
		List<Peer> present = new ArrayList<>();
		for (Peer peer : peers) {
			if (this.options.runsServer(peer)) {
				String missing = missing(peer);
				if (missing == null) {
					present.add(peer);
				}
				else {
					results.skipped(peer, missing);
				}
			}
		}
		return present;
	}

	private @Nullable String missing(Peer peer) throws IOException {
		if (peer.usesRedis() && !Executables.exists(RedisProcess.EXECUTABLE)) {
			return "redis-server is not installed";
		}
		return switch (peer) {
			case BETTER_SSE -> missingNode();
			case NCHAN, NCHAN_REDIS -> (NchanServer.module() == null || !Executables.exists("nginx"))
					? "nginx with its module Nchan is not installed" : null;
			default -> (peer.isVirtual() && Jdk.newest() == null) ? "there is no JDK 21 or later" : null;
		};
	}

	private @Nullable String missingNode() throws IOException {
		if (!Executables.exists("node") || !Executables.exists("npm")) {
			return "Node and npm are not installed";
		}
		Path folder = this.directory.resolve("better-sse");
		if (!Files.exists(folder.resolve("node_modules/better-sse"))) {
			Files.createDirectories(folder);
			copy("package.json", folder);
			copy("server.mjs", folder);
			try {
				int status = new ProcessBuilder(Executables.find("npm").toString(), "install", "--no-audit",
						"--no-fund")
					.directory(folder.toFile())
					.redirectErrorStream(true)
					.redirectOutput(folder.resolve("npm.log").toFile())
					.start()
					.waitFor();
				return (status == 0) ? null : "npm install failed, see " + folder.resolve("npm.log");
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}
		return null;
	}

	private static void copy(String name, Path folder) throws IOException {
		try (InputStream input = Objects.requireNonNull(Fleet.class.getResourceAsStream("/better-sse/" + name))) {
			Files.copy(input, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
		}
	}

	/**
	 * The server of a peer, which runs.
	 */
	ServerProcess get(Peer peer) throws IOException {
		return get(peer, Wire.PLAIN);
	}

	ServerProcess get(Peer peer, Wire wire) throws IOException {
		Running key = new Running(peer, wire);
		ServerProcess server = this.running.get(key);
		if (server == null) {
			server = start(peer, wire);
			this.running.put(key, server);
		}
		return server;
	}

	/**
	 * Starts a further server, which the caller closes.
	 * @param peer what it is
	 * @param more further properties of a Spring Boot application
	 */
	ServerProcess start(Peer peer, String... more) throws IOException {
		return start(peer, Wire.PLAIN, more);
	}

	private ServerProcess start(Peer peer, Wire wire, String... more) throws IOException {
		int port = freePort();
		int controlPort = freePort();
		Path log = this.directory.resolve(peer.id() + "-" + this.started++ + ".log");
		if (peer == Peer.NCHAN) {
			return NchanServer.start(port, log, this.directory.resolve("nchan"), null);
		}
		if (peer == Peer.NCHAN_REDIS) {
			return NchanServer.start(port, log, this.directory.resolve("nchan-redis"), redis().port());
		}
		List<String> command = new ArrayList<>();
		Path home = this.directory;
		Class<?> mainClass = peer.mainClass();
		if (mainClass != null) {
			command.add(java(peer).toString());
			command.addAll(JVM_OPTIONS);
			String options = System.getProperty("bench.jvm", "");
			if (!options.isEmpty()) {
				command.addAll(List.of(options.replace("{peer}", peer.id()).split(" ")));
			}
			command.addAll(List.of("-cp", classPath(peer), mainClass.getName()));
		}
		else {
			home = this.directory.resolve("better-sse");
			command.addAll(List.of(Executables.find("node").toString(), "--expose-gc", "server.mjs"));
		}
		command.addAll(List.of(Integer.toString(port), Integer.toString(controlPort)));
		command.addAll(peer.arguments());
		if (peer.usesRedis()) {
			command.add(RedisPort.property(redis().port()));
		}
		command.addAll(TlsProperties.of(wire, this.directory));
		command.addAll(List.of(more));
		return new ControlledServer(port, controlPort, wire, log, home, command);
	}

	/**
	 * The Redis that all share who need one.
	 */
	RedisProcess redis() throws IOException {
		RedisProcess started = this.redis;
		if (started == null) {
			started = new RedisProcess(freePort(), this.directory.resolve("redis.log"), this.directory);
			this.redis = started;
		}
		return started;
	}

	private static Path java(Peer peer) throws IOException {
		Path newest = (peer.isVirtual()) ? Jdk.newest() : null;
		Path home = (newest != null) ? newest : Path.of(System.getProperty("java.home"));
		return home.resolve("bin/java");
	}

	private String classPath(Peer peer) {
		String classPath = System.getProperty("java.class.path");
		Path before = this.options.before();
		return (peer.isBefore() && before != null) ? EarlierBuild.inPlaceOfPresent(before, classPath) : classPath;
	}

	/**
	 * Stops the server of a peer: whoever asks for it again gets a new one.
	 */
	void stop(Peer peer, Wire wire) {
		ServerProcess server = this.running.remove(new Running(peer, wire));
		if (server != null) {
			server.close();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@Override
	public void close() {
		this.running.values().forEach(ServerProcess::close);
		this.running.clear();
		if (this.redis != null) {
			this.redis.close();
		}
	}

	/**
	 * A server that runs.
	 *
	 * @param peer what it is
	 * @param wire what its clients speak
	 */
	private record Running(Peer peer, Wire wire) {
	}

}
