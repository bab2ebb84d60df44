#!/usr/bin/env bash
#
# The guess: a client whose readTimeoutMillis is not set waits for as long as it takes, as its
# documentation has it: without it, EventSource could hang forever.
#
# What launchdarkly-eventsource 2.2.0 does: it gives a stream up that is silent for five seconds ("Read timeout,
# received no data in undefinedms") and comes back, again and again. It takes the timeout of Node's
# global agent for its own. A comment in time helps, an agent of one's own, or a readTimeoutMillis.
#
# Seen on 2026-11-30, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts launchdarkly-eventsource@2.2.0

cat >expected <<'END'
plain: 3 requests in 14 s, Read timeout, received no data in undefinedms, assuming connection is dead
comments: 1 request in 14 s
agent: 1 request in 14 s
readTimeoutMillis: 1 request in 14 s
END

cat >run.mjs <<'END'
import { Agent } from 'node:http';
import net from 'node:net';
import launchdarkly from 'launchdarkly-eventsource';

const cases = { plain: {}, comments: {}, agent: { agent: new Agent() }, readTimeoutMillis: { readTimeoutMillis: 60000 } };
const requests = {}, errors = {};
// An event and then nothing, or a comment every four seconds
net.createServer((socket) => socket.on('error', () => {}).once('data', (request) => {
	const name = request.toString().match(/^GET \/(\w+)/)[1];
	requests[name] = (requests[name] ?? 0) + 1;
	socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
	if (name === 'comments') setInterval(() => socket.write(':\n'), 4000);
})).listen(0, '127.0.0.1', function () {
	for (const [name, options] of Object.entries(cases))
		new launchdarkly.EventSource(`http://127.0.0.1:${this.address().port}/${name}`, options)
			.onerror = ({ message }) => errors[name] = `, ${message}`;
});
setTimeout(() => {
	for (const name in cases)
		console.log(`${name}: ${requests[name]} request${requests[name] > 1 ? 's' : ''} in 14 s${errors[name] ?? ''}`);
	process.exit();
}, 14000);
END
timeout 60 node run.mjs | tee output
diff expected output
