#!/usr/bin/env bash
#
# The guess: a block that has an id and no data fires nothing, but its id counts. The standard
# sets the last event id before it looks whether there is data, so whoever is cut off after
# such a block alone comes back with that id, in each of the clients on npm.
#
# What they do (undici 7.16.0, eventsource 4.0.0 with eventsource-parser 3.0.6, eventsource-client
# 1.2.0, launchdarkly-eventsource 2.2.0, event-source-polyfill 1.0.31): the first does so. The
# other four come back with nothing, as if they had never been there, and a server cannot know
# that they missed something.
#
# Seen on 2026-11-29, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts undici@7.16.0 \
	eventsource@4.0.0 eventsource-parser@3.0.6 eventsource-client@1.2.0 \
	launchdarkly-eventsource@2.2.0 event-source-polyfill@1.0.31

cat >expected <<'END'
undici: comes back with g-7
eventsource: comes back with nothing
eventsource-client: comes back with nothing
launchdarkly-eventsource: comes back with nothing
event-source-polyfill: comes back with nothing
END

cat >run.mjs <<'END'
import net from 'node:net';
import * as undici from 'undici';
import { EventSource } from 'eventsource';
import { createEventSource } from 'eventsource-client';
import launchdarkly from 'launchdarkly-eventsource';
import polyfill from 'event-source-polyfill';

const clients = {
	'undici': (url) => new undici.EventSource(url),
	'eventsource': (url) => new EventSource(url),
	'eventsource-client': (url) => createEventSource({ url, onMessage() {} }),
	'launchdarkly-eventsource': (url) => {
		const source = new launchdarkly.EventSource(url);
		source.onerror = () => {};
		return source;
	},
	'event-source-polyfill': (url) => new polyfill.EventSourcePolyfill(url),
};
const requests = {};

// Sends an id in a block of its own, and cuts the connection; keeps the request after that
net.createServer((socket) => {
	socket.on('error', () => {});
	socket.once('data', (bytes) => {
		const request = bytes.toString();
		const name = request.match(/^GET \/([a-z-]+)/)[1];
		(requests[name] ??= []).push(request);
		socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n'
			+ 'Transfer-Encoding: chunked\r\n\r\n');
		const block = 'retry: 200\n: open\nid: g-7\n\n';
		socket.write(`${block.length.toString(16)}\r\n${block}\r\n`);
		if (requests[name].length === 1) setTimeout(() => socket.destroy(), 500);
	});
}).listen(0, '127.0.0.1', async function () {
	for (const [name, connect] of Object.entries(clients)) {
		connect(`http://127.0.0.1:${this.address().port}/${name}`);
		for (let i = 0; i < 150 && !(requests[name]?.length > 1); i++)
			await new Promise((resolve) => setTimeout(resolve, 100));
		const again = requests[name]?.[1] ?? 'never';
		const id = again.match(/^last-event-id: *(.*?)\r$/im) ?? again.match(/[?&]lastEventId=([^& ]+)/);
		console.log(`${name}: comes ${again === 'never' ? 'never' : `back with ${id?.[1] ?? 'nothing'}`}`);
	}
	process.exit();
});
END
timeout 90 node run.mjs 2>errors | tee output
diff expected output
