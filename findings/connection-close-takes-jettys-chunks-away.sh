#!/usr/bin/env bash
#
# The guess: a request says with "Connection: close" what becomes of the connection after the
# answer. How the answer is framed is another matter: to an HTTP/1.1 client one of unknown length
# goes in chunks, so that it can tell a cut from an end.
#
# What they do: Tomcat 11.0.24 sends chunks in both cases. Jetty 12.1.12 sends none to a client that
# asks to close: the answer ends with the connection, and one that was cut off looks whole. nginx asks
# so of its backends, also with proxy_http_version 1.1, as long as it is not told otherwise with
# proxy_set_header Connection "".
#
# Seen on 2026-11-29, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>close</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-server</artifactId><version>12.1.12</version></dependency>
	<dependency><groupId>org.apache.tomcat.embed</groupId><artifactId>tomcat-embed-core</artifactId><version>11.0.24</version></dependency>
	<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
Jetty, no header: chunked
Jetty, Connection: close: until the connection ends
Tomcat, no header: chunked
Tomcat, Connection: close: chunked
END
cat >Run.java <<'END'
import jakarta.servlet.http.*;
import java.io.*;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.util.Callback;

class Run {
	static final String EVENT = "data: 1\n\n";

	public static void main(String[] args) throws Exception {
		LogManager.getLogManager().reset();
		Server jetty = new Server();
		ServerConnector connector = new ServerConnector(jetty);
		connector.setHost("127.0.0.1");
		jetty.addConnector(connector);
		jetty.setHandler(new Handler.Abstract() {
			@Override
			public boolean handle(Request request, Response response, Callback callback) {
				response.getHeaders().put("Content-Type", "text/event-stream");
				Content.Sink.write(response, false, EVENT, Callback.from(() -> response.write(true, null, callback)));
				return true;
			}
		});
		jetty.start();
		ask("Jetty", connector.getLocalPort());

		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(new File("tomcat").getAbsolutePath());
		tomcat.setPort(0);
		tomcat.getConnector().setProperty("address", "127.0.0.1");
		var context = tomcat.addContext("", new File(".").getAbsolutePath());
		Tomcat.addServlet(context, "events", new HttpServlet() {
			@Override
			protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
				response.setContentType("text/event-stream");
				response.getOutputStream().write(EVENT.getBytes(StandardCharsets.UTF_8));
				response.flushBuffer();
			}
		});
		context.addServletMappingDecoded("/*", "events");
		tomcat.start();
		ask("Tomcat", tomcat.getConnector().getLocalPort());
		System.exit(0);
	}

	static void ask(String name, int port) throws IOException {
		for (String header : new String[] { "", "Connection: close" }) {
			try (Socket socket = new Socket("127.0.0.1", port)) {
				String more = header.isEmpty() ? "" : header + "\r\n";
				socket.getOutputStream().write(("GET / HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n").getBytes());
				BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
				boolean chunked = false;
				for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
					chunked |= line.equalsIgnoreCase("Transfer-Encoding: chunked");
				}
				System.out.println(name + ", " + (header.isEmpty() ? "no header" : header) + ": "
						+ (chunked ? "chunked" : "until the connection ends"));
			}
		}
	}
}
END
timeout 120 java -cp 'lib/*' Run.java | tee output
diff expected output
