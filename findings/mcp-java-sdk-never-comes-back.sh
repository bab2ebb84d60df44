#!/usr/bin/env bash
#
# The guess: the streamable HTTP transport of MCP's Java SDK, whose resumableStreams is true of itself, comes back to
# the server's stream after a cut, with the id of the last message, as the protocol has it and the TypeScript SDK does.
#
# What it does in 2.2.0: it opens that stream once. After a cut it tells its exception handler, after an end nobody, and in
# neither case does it come back: what the server sends of itself is not heard any more, until the client initializes anew.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>mcp</artifactId><version>1</version><dependencies>
	<dependency><groupId>io.modelcontextprotocol.sdk</groupId><artifactId>mcp</artifactId><version>2.2.0</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
a cut: 2 messages, 1 GET
an end: 2 messages, 1 GET
END
cat >Run.java <<'END'
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class Run {
	static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";

	static String message(int number) {
		String message = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\""
			+ number + "\"}}\nid: g-" + number + "\n\n";
		return Integer.toHexString(message.length()) + "\r\n" + message + "\r\n";
	}

	static void serve(Socket socket, AtomicInteger gets, boolean isCut) {
		try (socket) {
			InputStream input = socket.getInputStream();
			OutputStream output = socket.getOutputStream();
			String request = "";
			byte[] buffer = new byte[8192];
			while (!request.contains("\r\n\r\n") || request.startsWith("POST") && !request.endsWith("}")) {
				int length = input.read(buffer);
				if (length < 0) return;
				request += new String(buffer, 0, length);
			}
			Matcher id = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)").matcher(request);
			Matcher version = Pattern.compile("\"protocolVersion\":(\"[^\"]*\")").matcher(request);
			if (request.startsWith("GET")) {
				gets.incrementAndGet();
				output.write((OK + "text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + message(1) + message(2)).getBytes());
				Thread.sleep(1000);
				if (!isCut) output.write("0\r\n\r\n".getBytes());
			}
			else if (id.find() && version.find()) {
				String body = "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":{\"protocolVersion\":" + version.group(1)
					+ ",\"capabilities\":{\"logging\":{}},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";
				output.write((OK + "application/json\r\nMcp-Session-Id: s1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes());
			}
			else
				output.write("HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".getBytes());
		}
		catch (Exception ex) {}
	}

	static void run(String name, boolean isCut) throws Exception {
		ServerSocket server = new ServerSocket(0);
		AtomicInteger gets = new AtomicInteger();
		new Thread(() -> {
			try {
				while (true) {
					Socket socket = server.accept();
					new Thread(() -> serve(socket, gets, isCut)).start();
				}
			}
			catch (Exception ex) {}
		}).start();
		List<String> messages = new CopyOnWriteArrayList<>();
		McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + server.getLocalPort()).resumableStreams(true).build())
			.loggingConsumer((message) -> messages.add(String.valueOf(message.data())))
			.build();
		client.initialize();
		Thread.sleep(8000);
		System.out.println(name + ": " + messages.size() + " messages, " + gets + " GET");
	}

	public static void main(String[] args) throws Exception {
		run("a cut", true);
		run("an end", false);
		System.exit(0);
	}
}
END
timeout 120 java -cp 'lib/*' Run.java 2>errors | tee output || tail errors
diff expected output
