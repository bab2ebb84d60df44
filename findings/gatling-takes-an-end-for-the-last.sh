#!/usr/bin/env bash
#
# The guess: an SSE stream of Gatling comes back after an end as after a cut, like the EventSource whose load it makes.
#
# What Gatling 3.15.1 does: after a cut it comes back, after the time that retry says, with the id of the last event. After an
# end in order it does not come back, and nothing fails: the users that are left hear nothing, and the report is green.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>gatling</artifactId><version>1</version><dependencies>
	<dependency><groupId>io.gatling</groupId><artifactId>gatling-app</artifactId><version>3.15.1</version></dependency>
	<dependency><groupId>io.gatling</groupId><artifactId>gatling-http-java</artifactId><version>3.15.1</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
cut: comes back with g-1
end: does not come back
failed: 0
END
cat >Run.java <<'END'
import static io.gatling.javaapi.core.CoreDsl.*;
import static io.gatling.javaapi.http.HttpDsl.*;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

public class Run extends Simulation {
	static final Map<String, List<String>> requests = new ConcurrentHashMap<>();
	static final ServerSocket server = start();

	static ServerSocket start() {
		try {
			ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			Thread acceptor = new Thread(() -> {
				try {
					while (true) {
						Socket socket = server.accept();
						new Thread(() -> serve(socket)).start();
					}
				}
				catch (Exception ex) {}
			});
			acceptor.setDaemon(true);
			acceptor.start();
			return server;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	// The first request for a path gets an event and the end or the cut, the next one an event
	static void serve(Socket socket) {
		try (socket) {
			BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
			String path = reader.readLine().split("[/ ]")[2];
			String id = "none";
			for (String line; !(line = reader.readLine()).isEmpty();)
				if (line.toLowerCase().startsWith("last-event-id:")) id = line.split(": *")[1];
			List<String> ids = requests.computeIfAbsent(path, (key) -> new CopyOnWriteArrayList<>());
			ids.add(id);
			String event = "retry: 300\ndata: 1\nid: g-1\n\n";
			OutputStream output = socket.getOutputStream();
			output.write(("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
				+ Integer.toHexString(event.length()) + "\r\n" + event + "\r\n").getBytes());
			Thread.sleep(ids.size() == 1 ? 1000 : 8000);
			if (path.equals("end")) output.write("0\r\n\r\n".getBytes());
		}
		catch (Exception ex) {}
	}

	static ScenarioBuilder stream(String name) {
		return scenario(name).exec(sse(name).get("/" + name)).pause(5);
	}

	{
		setUp(stream("cut").injectOpen(atOnceUsers(1)), stream("end").injectOpen(atOnceUsers(1)))
			.protocols(http.baseUrl("http://127.0.0.1:" + server.getLocalPort()))
			.assertions(global().failedRequests().count().is(0L));
	}

	@Override
	public void after() {
		for (String name : List.of("cut", "end")) {
			List<String> ids = requests.get(name);
			System.out.println("SEEN " + name + ": " + (ids.size() > 1 ? "comes back with " + ids.get(1) : "does not come back"));
		}
	}
}
END
mkdir classes
javac -cp 'lib/*' -d classes Run.java
timeout 120 java --add-opens=java.base/java.lang=ALL-UNNAMED -cp 'classes:lib/*' io.gatling.app.Gatling -s Run -rf results -nr >all 2>&1 && failed=0 || failed=$?
{ sed -n 's/^SEEN //p' all; echo "failed: $failed"; } | tee output
diff expected output || { tail -40 all; exit 1; }
