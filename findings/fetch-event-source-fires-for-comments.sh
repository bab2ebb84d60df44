#!/usr/bin/env bash
#
# The guess: onmessage is called once for each event, as with an EventSource: not for the comment
# that a server sends first to open the stream or now and then to keep it open. A handler that
# begins with JSON.parse(message.data) is safe as long as all events have JSON.
#
# What it does (@microsoft/fetch-event-source 2.0.1): onmessage is called for each block, with data
# "", whether it is a comment, an id or a retry. The handler throws at the first; that counts as
# a failed connection, so that it comes back, and the first event is never read. It does not
# close what it leaves: each try keeps one more connection of the host.
#
# Seen on 2026-11-29, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @microsoft/fetch-event-source@2.0.1

cat >expected <<'END'
logs: "" "" "" "{\"n\":1}"; 1 connection made, 1 open
parses: nothing; 3 connections made, 3 open
END

cat >run.cjs <<'END'
const net = require('node:net');
globalThis.window = globalThis; // all that it needs of a browser
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = require('@microsoft/fetch-event-source');

const handlers = {
	logs: (message) => JSON.stringify(message.data),
	parses: (message) => JSON.parse(message.data).n,
};
let made = 0, open = 0, enough;

// A comment, an id, a retry and an event, each a block; the stream stays open
net.createServer((socket) => {
	made++, open++;
	if (made === 3) setTimeout(enough, 300);
	socket.on('error', () => {}).on('close', () => open--);
	socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
		+ ': open\n\nid: 1\n\nretry: 500\n\ndata: {"n":1}\nid: 2\n\n'));
}).listen(0, '127.0.0.1', async function () {
	for (const [name, handle] of Object.entries(handlers)) {
		const read = [];
		made = open = 0;
		const stop = new AbortController();
		fetchEventSource(`http://127.0.0.1:${this.address().port}`, {
			signal: stop.signal,
			onmessage: (message) => read.push(handle(message)),
		});
		await new Promise((resolve) => setTimeout(enough = resolve, 8000));
		console.log(`${name}: ${read.join(' ') || 'nothing'}; ${made} connection${made > 1 ? 's' : ''} made, ${open} open`);
		stop.abort();
		await new Promise((resolve) => setTimeout(resolve, 300));
	}
	process.exit();
});
END
timeout 60 node run.cjs | tee output
diff expected output
