#!/usr/bin/env bash
#
# The guess: an SseEventSource of Jakarta REST comes back with the id of the last event that had one.
# Comments, a retry alone and events without an id move nothing.
#
# What CXF 4.1.5 does: it comes back with the id of the last block, whatever that was. After a comment,
# a retry alone or an event without an id it has none, and what it missed it never gets. A comment that no
# blank line follows is not a block, and harms nothing. And where the server never said retry it does not come back.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>cxf</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.apache.cxf</groupId><artifactId>cxf-rt-rs-sse</artifactId><version>4.1.5</version></dependency>
	<dependency><groupId>org.apache.cxf</groupId><artifactId>cxf-rt-rs-client</artifactId><version>4.1.5</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
an event: comes back with g-1
a comment: comes back with none
a comment without a blank line: comes back with g-1
a retry alone: comes back with none
an event without an id: comes back with none
no retry: does not come back
END
cat >Run.java <<'END'
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

class Run {
	static final String EVENT = "retry: 300\ndata: 1\nid: g-1\n\n";
	static final List<Map.Entry<String, String>> CASES = List.of(Map.entry("an event", EVENT),
		Map.entry("a comment", EVENT + ": comment\n\n"),
		Map.entry("a comment without a blank line", EVENT + ": comment\n"),
		Map.entry("a retry alone", EVENT + "retry: 400\n\n"),
		Map.entry("an event without an id", EVENT + "data: 2\n\n"),
		Map.entry("no retry", "data: 1\nid: g-1\n\n"));
	static final Map<Integer, List<String>> requests = new ConcurrentHashMap<>();

	// The first request of a case gets its stream and the end, the next one a stream that is silent
	static void serve(Socket socket) {
		try {
			BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
			int number = Integer.parseInt(reader.readLine().split("[/ ]")[2]);
			String id = "none";
			for (String line; !(line = reader.readLine()).isEmpty();)
				if (line.toLowerCase().startsWith("last-event-id:")) id = line.split(": *")[1];
			List<String> ids = requests.computeIfAbsent(number, (key) -> new CopyOnWriteArrayList<>());
			ids.add(id);
			String stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write((stream + (ids.size() == 1 ? CASES.get(number).getValue() : "")).getBytes());
			if (ids.size() == 1) socket.close();
		}
		catch (IOException ex) {}
	}

	public static void main(String[] args) throws Exception {
		ServerSocket server = new ServerSocket(0);
		new Thread(() -> {
			try {
				while (true) {
					Socket socket = server.accept();
					new Thread(() -> serve(socket)).start();
				}
			}
			catch (IOException ex) {}
		}).start();
		for (int i = 0; i < CASES.size(); i++) {
			SseEventSource source = SseEventSource.target(ClientBuilder.newClient()
				.target("http://127.0.0.1:" + server.getLocalPort() + "/" + i)).build();
			source.register((event) -> {}, (error) -> {});
			source.open();
		}
		Thread.sleep(8000);
		for (int i = 0; i < CASES.size(); i++) {
			List<String> ids = requests.get(i);
			System.out.println(CASES.get(i).getKey() + ": "
				+ (ids.size() > 1 ? "comes back with " + ids.get(1) : "does not come back"));
		}
		System.exit(0);
	}
}
END
timeout 60 java -cp 'lib/*' Run.java 2>errors | tee output
diff expected output
