#!/usr/bin/env bash
#
# The guess: a line that begins with a colon is a comment, whatever is behind the colon, and nothing else is.
#
# What RESTEasy 7.0.6.Final does: after a line that is a colon and nothing more, the next line is the comment. An event
# that such a heartbeat precedes loses its first line: its name, its id, or, if it has only data, all of it. After two
# such lines nothing is lost, since the second is the comment; after three it is. With a space behind the colon, a text,
# or a carriage return, nothing is lost.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>resteasy</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.jboss.resteasy</groupId><artifactId>resteasy-client</artifactId><version>7.0.6.Final</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
a colon: name null, data 1, id 1; name b, data 2, id null; name null, data , id null
two colons: name a, data 1, id 1; name b, data 2, id 2; name null, data 3, id null
three colons: name null, data 1, id 1; name b, data 2, id null; name null, data , id null
a colon and a space: name a, data 1, id 1; name b, data 2, id 2; name null, data 3, id null
a colon and a text: name a, data 1, id 1; name b, data 2, id 2; name null, data 3, id null
a colon and a carriage return: name a, data 1, id 1; name b, data 2, id 2; name null, data 3, id null
END
cat >Run.java <<'END'
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

class Run {
	static final List<Map.Entry<String, String>> CASES = List.of(Map.entry("a colon", ":\n"),
		Map.entry("two colons", ":\n:\n"), Map.entry("three colons", ":\n:\n:\n"),
		Map.entry("a colon and a space", ": \n"), Map.entry("a colon and a text", ":beat\n"),
		Map.entry("a colon and a carriage return", ":\r\n"));

	static void serve(ServerSocket server, String comment) {
		try (Socket socket = server.accept()) {
			byte[] request = new byte[4096];
			socket.getInputStream().read(request);
			String events = comment + "event: a\ndata: 1\nid: 1\n\n" + comment + "id: 2\nevent: b\ndata: 2\n\n" + comment
				+ "data: 3\n\n";
			socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
				+ events.length() + "\r\n\r\n" + events).getBytes());
			socket.getInputStream().read();
		}
		catch (Exception ex) {}
	}

	public static void main(String[] args) throws Exception {
		for (Map.Entry<String, String> each : CASES) {
			ServerSocket server = new ServerSocket(0);
			new Thread(() -> serve(server, each.getValue())).start();
			List<String> events = new CopyOnWriteArrayList<>();
			SseEventSource source = SseEventSource.target(ClientBuilder.newClient()
				.target("http://127.0.0.1:" + server.getLocalPort() + "/")).reconnectingEvery(1, java.util.concurrent.TimeUnit.HOURS).build();
			source.register((event) -> events.add("name " + event.getName() + ", data " + event.readData() + ", id " + event.getId()),
				(error) -> {});
			source.open();
			for (int i = 0; i < 100 && events.size() < 3; i++) Thread.sleep(100);
			System.out.println(each.getKey() + ": " + String.join("; ", events));
		}
		System.exit(0);
	}
}
END
timeout 120 java -cp 'lib/*' Run.java 2>errors | tee output
diff expected output
