package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Apache httpd, as Debian's package installs it.
 */
public final class ApacheHttpd {

	private static final List<Path> EXECUTABLES = List.of(Path.of("/usr/sbin/apache2"));

	private static final Path MODULES = Path.of("/usr/lib/apache2/modules");

	private ApacheHttpd() {
	}

	public static Optional<Path> executable() {
		return EXECUTABLES.stream()
			.filter((file) -> Files.isExecutable(file) && Files.isReadable(MODULES.resolve("mod_proxy_http.so")))
			.findFirst();
	}

	/**
	 * Starts Apache httpd, with nothing but a {@code ProxyPass}.
	 * @param application the port of the application
	 * @param directory where it may write
	 */
	public static ProxyServer start(int application, Path directory) throws IOException {
		int port = ProxyServer.freePort();
		Path configuration = directory.resolve("httpd.conf");
		Files.writeString(configuration, """
				ServerRoot %1$s
				ServerName localhost
				DefaultRuntimeDir %1$s
				PidFile %1$s/httpd.pid
				ErrorLog /dev/stderr
				Listen 127.0.0.1:%2$d
				LoadModule mpm_event_module %3$s/mod_mpm_event.so
				LoadModule authz_core_module %3$s/mod_authz_core.so
				LoadModule proxy_module %3$s/mod_proxy.so
				LoadModule proxy_http_module %3$s/mod_proxy_http.so
				ProxyPass / http://127.0.0.1:%4$d/
				""".formatted(directory, port, MODULES, application));
		return ProxyServer.start(port, directory, executable().orElseThrow().toString(), "-D", "FOREGROUND", "-f",
				configuration.toString());
	}

}
