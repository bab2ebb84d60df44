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

	/**
	 * The file and the section of {@code docs/proxies.md}, for the paths of streams.
	 */
	public static final String AWAY = """
			Status: 200 OK
			Content-Type: text/event-stream
			Cache-Control: no-store, no-transform

			retry: 2000
			event: sse-busy
			data: {}

			""";

	public static final String STREAMS = """
			<Location /live>
				<If "%{HTTP:Cache-Control} == 'no-cache'">
					ErrorDocument 502 /away
					ErrorDocument 503 /away
					ErrorDocument 504 /away
				</If>
			</Location>
			<Location /away>
				SetHandler send-as-is
				Require all granted
			</Location>
			""";

	private ApacheHttpd() {
	}

	public static Optional<Path> executable() {
		return EXECUTABLES.stream()
			.filter((file) -> Files.isExecutable(file) && Files.isReadable(MODULES.resolve("mod_proxy_http.so")))
			.findFirst();
	}

	/**
	 * Starts Apache httpd, with the settings of {@code docs/proxies.md}.
	 * @param application the port of the application
	 * @param directory where it may write
	 */
	public static ProxyServer start(int application, Path directory) throws IOException {
		int port = ProxyServer.freePort();
		Path configuration = directory.resolve("httpd.conf");
		Path away = Files.writeString(directory.resolve("away.asis"), AWAY);
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
				LoadModule alias_module %3$s/mod_alias.so
				LoadModule asis_module %3$s/mod_asis.so
				LoadModule headers_module %3$s/mod_headers.so
				ProxyAddHeaders Off
				RequestHeader set X-Forwarded-For expr=%%{REMOTE_ADDR}
				RequestHeader unset Forwarded
				Alias /away %5$s
				ProxyPass /away !
				ProxyPass / http://127.0.0.1:%4$d/
				""".formatted(directory, port, MODULES, application, away) + STREAMS);
		return ProxyServer.start(port, directory, executable().orElseThrow().toString(), "-D", "FOREGROUND", "-f",
				configuration.toString());
	}

}
