package io.github.ssestarter.benchmarks.run;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.benchmarks.server.PublishOrder;

/**
 * nginx with Nchan, published to over one HTTP connection that is kept alive. One worker,
 * since the load client needs the other core.
 */
final class NchanServer extends ServerProcess {

	private static final List<Path> MODULES = List.of(Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so"),
			Path.of("/usr/lib64/nginx/modules/ngx_nchan_module.so"),
			Path.of("/usr/share/nginx/modules/ngx_nchan_module.so"));

	private final JsonMapper jsonMapper = new JsonMapper();

	private final Socket socket;

	private final OutputStream output;

	private final InputStream input;

	private NchanServer(int port, Path log, Path directory, Path configuration) throws IOException {
		super(port, log, directory,
				List.of(executable().toString(), "-p", directory.toString(), "-c", configuration.toString()));
		this.socket = connect(port);
		this.output = new BufferedOutputStream(this.socket.getOutputStream());
		this.input = new BufferedInputStream(this.socket.getInputStream());
	}

	static @Nullable Path module() {
		return MODULES.stream().filter(Files::exists).findFirst().orElse(null);
	}

	static Path executable() {
		return Executables.find("nginx");
	}

	static NchanServer start(int port, Path log, Path directory, @Nullable Integer redis) throws IOException {
		Files.createDirectories(directory.resolve("logs"));
		Path configuration = directory.resolve("nginx.conf");
		Files.writeString(configuration, configuration(port, redis));
		return new NchanServer(port, log, directory.toAbsolutePath(), configuration.toAbsolutePath());
	}

	private static String configuration(int port, @Nullable Integer redis) {
		String upstream = (redis != null) ? "upstream redis { nchan_redis_server redis://127.0.0.1:" + redis + "; }"
				: "";
		String pass = (redis != null) ? "nchan_redis_pass redis;" : "";
		return """
				load_module %s;
				daemon off;
				worker_processes 1;
				worker_rlimit_nofile 20000;
				pid nginx.pid;
				error_log stderr crit;
				events {
					worker_connections 12000;
				}
				http {
					access_log off;
					keepalive_requests 100000000;
					keepalive_timeout 1h;
					client_body_in_single_buffer on;
					client_body_buffer_size 128k;
					client_body_temp_path body;
					proxy_temp_path proxy;
					fastcgi_temp_path fastcgi;
					uwsgi_temp_path uwsgi;
					scgi_temp_path scgi;
					nchan_shared_memory_size 512M;
					nchan_message_buffer_length 10000;
					%s
					server {
						%s
						listen 127.0.0.1:%d backlog=4096;
						location ~ ^/pub/(\\w+)$ {
							nchan_publisher;
							nchan_channel_id $1;
						}
						location ~ ^/sub/(\\w+)$ {
							nchan_subscriber eventsource;
							nchan_subscriber_first_message newest;
							nchan_channel_id $1;
						}
					}
				}
				""".formatted(module(), upstream, pass, port);
	}

	private static Socket connect(int port) throws IOException {
		long deadline = System.nanoTime() + 10_000_000_000L;
		while (true) {
			try {
				Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
				socket.setTcpNoDelay(true);
				return socket;
			}
			catch (IOException ex) {
				if (System.nanoTime() > deadline) {
					throw ex;
				}
				LockSupport.parkNanos(20_000_000);
			}
		}
	}

	@Override
	String path() {
		return "/sub/t{i}";
	}

	@Override
	synchronized long publish(PublishOrder order) throws IOException {
		try {
			return order.execute((topic, payload) -> post(topic, this.jsonMapper.writeValueAsBytes(payload)));
		}
		catch (IOException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

	private void post(String topic, byte[] body) throws IOException {
		this.output.write(
				("POST /pub/" + topic + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + body.length + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
		this.output.write(body);
		this.output.flush();
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = this.input.read();
			if (next < 0) {
				throw new IOException("nginx has closed the connection");
			}
			head.append((char) next);
		}
		String text = head.toString().toLowerCase(Locale.ROOT);
		if (!text.startsWith("http/1.1 20")) {
			throw new IOException(text);
		}
		int length = text.indexOf("content-length: ") + "content-length: ".length();
		this.input.skipNBytes(Long.parseLong(text.substring(length, text.indexOf('\r', length))));
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			super.close();
		}
	}

}
