package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A real nginx before an application, as its package installs it.
 */
public final class Nginx implements AutoCloseable {

	private static final List<Path> EXECUTABLES = List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"),
			Path.of("/usr/local/sbin/nginx"), Path.of("/opt/homebrew/bin/nginx"));

	private final Process process;

	private final int port;

	private Nginx(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	public static Optional<Path> executable() {
		return EXECUTABLES.stream().filter(Files::isExecutable).findFirst();
	}

	/**
	 * Starts nginx.
	 * @param application the port of the application
	 * @param directory where it may write
	 * @param http what stands in the {@code http} block besides
	 * @param location what stands in the {@code location} block besides
	 */
	public static Nginx start(int application, Path directory, String http, String location) throws IOException {
		int port = freePort();
		Path configuration = directory.resolve("nginx.conf");
		Files.writeString(configuration, """
				daemon off;
				pid nginx.pid;
				error_log stderr error;
				events {
					worker_connections 1024;
				}
				http {
					access_log off;
					client_body_temp_path body;
					proxy_temp_path proxy;
					fastcgi_temp_path fastcgi;
					uwsgi_temp_path uwsgi;
					scgi_temp_path scgi;
					%s
					upstream application {
						server 127.0.0.1:%d;
						keepalive 16;
					}
					server {
						listen 127.0.0.1:%d;
						location / {
							proxy_pass http://application;
							%s
						}
					}
				}
				""".formatted(http, application, port, location));
		Process process = new ProcessBuilder(executable().orElseThrow().toString(), "-p", directory.toString(), "-c",
				configuration.toString())
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("nginx.log").toFile())
			.start();
		await().atMost(Duration.ofSeconds(10)).until(() -> isListening(port) || !process.isAlive());
		if (!process.isAlive()) {
			throw new IllegalStateException("nginx: " + Files.readString(directory.resolve("nginx.log")));
		}
		return new Nginx(process, port);
	}

	private static int freePort() throws IOException {
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
