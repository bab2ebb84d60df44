#!/usr/bin/env bash
#
# The guess: a program that has an EventSource open goes on until it is closed. A cut changes nothing:
# the client waits for as long as retry says, and comes back, since that is what it is for.
#
# What they do (eventsource 5.1.5, undici 7.30.2): the timer that they wait by does not keep Node
# alive. A program that does nothing but listen ends at the first cut, with status 0 and no word.
# eventsource-client 1.2.0, launchdarkly-eventsource 2.2.0, event-source-polyfill 1.0.31 and
# extended-eventsource 2.1.0 come back.
#
# Seen on 2026-11-30, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts eventsource@5.1.5 undici@7.30.2 \
	eventsource-client@1.2.0 launchdarkly-eventsource@2.2.0 event-source-polyfill@1.0.31 extended-eventsource@2.1.0

cat >expected <<'END'
eventsource: has ended with 0 after 1 request
undici: has ended with 0 after 1 request
eventsource-client: runs, 2 requests
launchdarkly-eventsource: runs, 2 requests
event-source-polyfill: runs, 2 requests
extended-eventsource: runs, 2 requests
END

cat >listen.mjs <<'END'
const [, , name, url] = process.argv;
const all = await import(name);
if (name === 'eventsource-client')
	all.createEventSource({ url, onMessage() {} });
else
	(new (all.EventSource ?? all.default.EventSource ?? all.default.EventSourcePolyfill)(url)).onerror = () => {};
END
cat >run.mjs <<'END'
import { spawn } from 'node:child_process';
import net from 'node:net';

let requests, enough;
// An event, and a cut; what comes second stays open
const server = net.createServer((socket) => socket.on('error', () => {}).once('data', () => {
	const block = 'retry: 300\ndata: 1\nid: 1\n\n';
	socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
		+ `${block.length.toString(16)}\r\n${block}\r\n`);
	if (++requests === 1) setTimeout(() => socket.destroy(), 500);
	else enough();
}));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
for (const name of ['eventsource', 'undici', 'eventsource-client', 'launchdarkly-eventsource',
	'event-source-polyfill', 'extended-eventsource']) {
	requests = 0;
	const program = spawn(process.execPath, ['listen.mjs', name, `http://127.0.0.1:${server.address().port}/`],
		{ stdio: 'ignore' });
	const status = await new Promise((resolve) => {
		enough = resolve;
		program.on('exit', (code) => resolve(`has ended with ${code} after`));
		setTimeout(resolve, 15000, 'hangs,');
	});
	console.log(`${name}: ${status ?? 'runs,'} ${requests} request${requests > 1 ? 's' : ''}`);
	program.kill('SIGKILL');
}
process.exit();
END
timeout 120 node run.mjs | tee output
diff expected output
