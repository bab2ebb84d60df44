package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * HAProxy, as its package installs it, with the settings of {@code docs/proxies.md}.
 */
public final class Haproxy {

	private static final List<Path> EXECUTABLES = List.of(Path.of("/usr/sbin/haproxy"),
			Path.of("/usr/local/sbin/haproxy"), Path.of("/opt/homebrew/bin/haproxy"));

	/** The files and sections of {@code docs/proxies.md}, for the paths of streams. */
	public static final String AWAY = """
			HTTP/1.1 200 OK
			Content-Type: text/event-stream
			Cache-Control: no-store, no-transform
			Connection: close

			retry: 2000
			event: sse-busy
			data: {}

			""";

	public static final String FRONTEND = """
			use_backend streams if { path_beg /live } { req.hdr(cache-control) no-cache }
			default_backend application
			""";

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
		Path away = Files.writeString(directory.resolve("away.http"), AWAY);
		Files.writeString(configuration, """
				defaults
					mode http
					timeout connect 5s
					timeout client  60s
					timeout server  60s
					option http-no-delay
				frontend clients
					bind 127.0.0.1:%1$d
					http-request set-header X-Forwarded-For %%[src]
					http-request del-header Forwarded
				%2$s
				backend application
					server node1 127.0.0.1:%3$d
				backend streams
					errorfile 502 %4$s
					errorfile 503 %4$s
					errorfile 504 %4$s
					server node1 127.0.0.1:%3$d
				""".formatted(port, FRONTEND, application, away));
		return ProxyServer.start(port, directory, executable().orElseThrow().toString(), "-db", "-f",
				configuration.toString());
	}

}
