#!/usr/bin/env bash
#
# The guess: an SseEventSource of Jakarta REST comes back until it is closed, like the one of a
# browser. A server that restarts refuses connections for some seconds; those are tries like
# others, and the next one follows after the retry that the server sent.
#
# What it does (Jersey 4.0.2): it comes back after a cut, and after a 503 with Retry-After. The
# first refused connection ends it for good: onError and onComplete are called, and isOpen() is false.
#
# Seen on 2026-11-29, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>jersey</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.glassfish.jersey.media</groupId><artifactId>jersey-media-sse</artifactId><version>4.0.2</version></dependency>
	<dependency><groupId>org.glassfish.jersey.inject</groupId><artifactId>jersey-hk2</artifactId><version>4.0.2</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
cut: 3 requests; open, called back: []
cut, then 503: 3 requests; open, called back: []
cut, then refused for 2 s: 1 request; closed, called back: [ConnectException, complete]
END
cat >Run.java <<'END'
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.util.concurrent.ConcurrentSkipListSet;

class Run {
	public static void main(String[] args) throws InterruptedException {
		var called = new ConcurrentSkipListSet<String>();
		SseEventSource source = SseEventSource.target(ClientBuilder.newClient().target(args[0])).build();
		source.register(event -> {}, error -> {
			while (error.getCause() != null) error = error.getCause();
			called.add(error.getClass().getSimpleName());
		}, () -> called.add("complete"));
		source.open();
		Thread.sleep(8000);
		System.out.println((source.isOpen() ? "open" : "closed") + ", called back: " + called);
		System.exit(0);
	}
}
END
cat >run.mjs <<'END'
import { execFile } from 'node:child_process';
import net from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Cuts the first stream in the middle of its answer; what comes second is the case's
for (const name of ['cut', 'cut, then 503', 'cut, then refused for 2 s']) {
	let requests = 0;
	const server = net.createServer((socket) => socket.on('error', () => {}).once('data', () => {
		requests++;
		if (requests === 2 && name.endsWith('503'))
			return socket.end('HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n');
		const event = 'retry: 300\ndata: 1\nid: 1\n\n';
		socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
			+ `${event.length.toString(16)}\r\n${event}\r\n`);
		if (requests < 3) setTimeout(() => {
			if (name.endsWith('2 s')) server.close(() => setTimeout(() => server.listen(port, '127.0.0.1'), 2000));
			socket.destroy();
		}, 300);
	}));
	const { port } = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address())));
	const { stdout } = await run('java', ['-cp', 'lib/*', 'Run.java', `http://127.0.0.1:${port}`], { timeout: 60000 });
	console.log(`${name}: ${requests} request${requests > 1 ? 's' : ''}; ${stdout.trim()}`);
}
process.exit();
END
timeout 200 node run.mjs | tee output
diff expected output
