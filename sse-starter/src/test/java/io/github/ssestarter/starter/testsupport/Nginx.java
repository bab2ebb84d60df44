package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * nginx, as its package installs it.
 */
public final class Nginx {

	private static final List<Path> EXECUTABLES = List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"),
			Path.of("/usr/local/sbin/nginx"), Path.of("/opt/homebrew/bin/nginx"));

	/** The settings of {@code docs/proxies.md}. */
	public static final String DOCUMENTED = """
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host $host;
			proxy_set_header X-Forwarded-For $remote_addr;
			proxy_set_header Forwarded "";
			proxy_set_header X-Forwarded-Proto $scheme;
			""";

	/** What {@code docs/proxies.md} has for streams besides. */
	public static final String STREAMS = "error_page 502 504 = @away;";

	/** Where it leads to. */
	public static final String AWAY = """
			location @away {
				default_type text/event-stream;
				add_header Cache-Control "no-store, no-transform" always;
				if ($http_cache_control != no-cache) {
					return 503;
				}
				return 200 "retry: 2000\\nevent: sse-busy\\ndata: {}\\n\\n";
			}
			""";

	private Nginx() {
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
	public static ProxyServer start(int application, Path directory, String http, String location) throws IOException {
		int port = ProxyServer.freePort();
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
						%s
					}
				}
				""".formatted(http, application, port, location, AWAY));
		return ProxyServer.start(port, directory, executable().orElseThrow().toString(), "-p", directory.toString(),
				"-c", configuration.toString());
	}

}
