package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * HAProxy, as its package installs it, with the settings of {@code docs/operations.md}.
 */
public final class Haproxy {

	private static final List<Path> EXECUTABLES = List.of(Path.of("/usr/sbin/haproxy"),
			Path.of("/usr/local/sbin/haproxy"), Path.of("/opt/homebrew/bin/haproxy"));

	private Haproxy() {
	}

	public static Optional<Path> executable() {
		return EXECUTABLES.stream().filter(Files::isExecutable).findFirst();
	}

	/**
	 * Starts HAProxy.
	 * @param application the port of the application
	 * @param directory where it may write
	 */
	public static ProxyServer start(int application, Path directory) throws IOException {
		int port = ProxyServer.freePort();
		Path configuration = directory.resolve("haproxy.cfg");
		Files.writeString(configuration, """
				defaults
					mode http
					timeout connect 5s
					timeout client  60s
					timeout server  60s
					option http-no-delay
					option forwardfor
				frontend clients
					bind 127.0.0.1:%d
					default_backend application
				backend application
					server node 127.0.0.1:%d
				""".formatted(port, application));
		return ProxyServer.start(port, directory, executable().orElseThrow().toString(), "-db", "-f",
				configuration.toString());
	}

}
