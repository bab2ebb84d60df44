#!/usr/bin/env bash
#
# The guess: what a server sent before it cut the connection, a page gets before it gets the error, as
# with a socket. So a last event that says why, and when to come back, is read before the cut,
# whether by EventSource, by a reader of fetch or by XMLHttpRequest.
#
# What Chromium 156 does: only EventSource. If the page is at work for a moment, as with the event
# before, then what has arrived meanwhile is dropped by fetch and XMLHttpRequest as soon as the cut
# is seen, also if it came long before. After an end in order nobody loses anything.
#
# Seen on 2026-11-30, Chromium 156.0.8078.108, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >expected <<'END'
end: fetch 10, XMLHttpRequest 10, EventSource 10 of 10 last events read
cut: fetch 0, XMLHttpRequest 0, EventSource 10 of 10 last events read
END

cat >page.html <<'END'
<!DOCTYPE html>
<script type="module">
function work() {
	for (const begun = performance.now(); performance.now() - begun < 300;);
}
const clients = {
	async fetch(url) {
		let text = '';
		try {
			const reader = (await fetch(url)).body.pipeThrough(new TextDecoderStream()).getReader();
			for (let part; !(part = await reader.read()).done; text += part.value)
				if (!text) work();
		} catch { /* cut */ }
		return text;
	},
	XMLHttpRequest: (url) => new Promise((resolve) => {
		let text = '';
		const request = new XMLHttpRequest();
		request.open('GET', url);
		request.onprogress = () => {
			if (!text) work();
			text = request.responseText;
		};
		request.onloadend = () => resolve(text);
		request.send();
	}),
	EventSource: (url) => new Promise((resolve) => {
		let text = '';
		const source = new EventSource(url);
		source.onmessage = ({ data }) => {
			if (!text) work();
			text += data;
		};
		source.onerror = () => {
			source.close();
			resolve(text);
		};
	}),
};
const lines = [];
for (const how of ['end', 'cut']) {
	const counts = [];
	for (const [name, client] of Object.entries(clients)) {
		let count = 0;
		for (let i = 0; i < 10; i++)
			if ((await client(how)).includes('last')) count++;
		counts.push(`${name} ${count}`);
	}
	lines.push(`${how}: ${counts.join(', ')} of 10 last events read`);
}
fetch('result', { method: 'POST', body: lines.join('\n') });
</script>
END
cat >run.mjs <<'END'
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

let chromium;
// An event, 100 ms later another, 50 ms later the end or the cut
const server = createServer(async (request, response) => {
	if (request.url === '/') {
		response.setHeader('Content-Type', 'text/html');
		response.end(readFileSync('page.html'));
	} else if (request.method === 'POST') {
		for await (const body of request) console.log(body.toString());
		chromium.on('exit', () => process.exit()).kill('SIGKILL');
	} else {
		response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
		response.write('data: first\n\n');
		setTimeout(() => response.write('data: last\n\n'), 100);
		setTimeout(() => request.url === '/end' ? response.end() : response.socket.destroy(), 150);
	}
}).listen(0, '127.0.0.1', () => {
	chromium = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--user-data-dir=profile',
		`http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore' });
});
END
timeout 120 node run.mjs | tee output
diff expected output
