package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A real proxy before an application, in a process of its own.
 */
public final class ProxyServer implements AutoCloseable {

	private final Process process;

	private final int port;

	private ProxyServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts a proxy, and waits until it can be connected to.
	 * @param port where it listens
	 * @param directory where it writes what it has to say
	 * @param command what it is started by
	 */
	static ProxyServer start(int port, Path directory, String... command) throws IOException {
		Path log = directory.resolve("proxy.log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		await().atMost(Duration.ofSeconds(10)).until(() -> isListening(port) || !process.isAlive());
		if (!process.isAlive()) {
			throw new IllegalStateException(command[0] + ": " + Files.readString(log));
		}
		return new ProxyServer(process, port);
	}

	public static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private static boolean isListening(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
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
		List<ProcessHandle> workers;
		try (Stream<ProcessHandle> descendants = this.process.descendants()) {
			workers = descendants.toList();
		}
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		workers.forEach(ProcessHandle::destroyForcibly);
	}

}
