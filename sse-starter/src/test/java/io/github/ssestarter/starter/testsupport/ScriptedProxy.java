package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Proxies as Debian's packages install them, started by the scripts in {@code proxies},
 * which take their configuration from {@code docs/proxies.md}.
 */
public enum ScriptedProxy {

	CADDY("/usr/bin/caddy"),

	VARNISH("/usr/sbin/varnishd"),

	SQUID("/usr/sbin/squid"),

	LIGHTTPD("/usr/sbin/lighttpd"),

	TRAFFIC_SERVER("/usr/bin/traffic_server");

	private final Path executable;

	ScriptedProxy(String executable) {
		this.executable = Path.of(executable);
	}

	public boolean isInstalled() {
		return Files.isExecutable(this.executable);
	}

	/**
	 * Starts the proxy.
	 * @param application the port of the application
	 * @param directory where its output is put
	 */
	public ProxyServer start(int application, Path directory) throws IOException {
		int port = ProxyServer.freePort();
		Path script = Path.of("..", "proxies", name().toLowerCase(Locale.ROOT).replace('_', '-'));
		return ProxyServer.start(port, directory, "bash", script.toString(), "serve", Integer.toString(application),
				Integer.toString(port), Integer.toString(ProxyServer.freePort()));
	}

}
