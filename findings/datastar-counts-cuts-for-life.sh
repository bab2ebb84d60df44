#!/usr/bin/env bash
#
# The guess: retryMaxCount of Datastar, 10 if nothing is said, is how often it tries in a row. A try that is answered
# with a stream, and events, is the last of its row: a page that is cut once an hour lives for ever.
#
# What 1.0.0-beta.11 does: the count begins once, with the @get. The eleventh cut is the end of the stream, however long
# each connection has lived and whatever came over it; the page is told "retries-failed".
#
# Seen on 2026-11-30, Chromium 156, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @starfederation/datastar@1.0.0-beta.11

cat >expected <<'END'
11 requests, each answered with an event and cut a second later; the page heard 11 events
after 20 s without another: retries-failed
END

cat >page.html <<'END'
<!DOCTYPE html>
<script type="module" src="datastar.js"></script>
<body data-on-load="@get('stream', { retryInterval: 100, retryScaler: 1 })"><ul id="heard"></ul>
<script>
document.addEventListener('datastar-sse', (event) => fetch('told', { method: 'POST', body: event.detail.type }));
new MutationObserver(() => fetch('told', { method: 'POST', body: 'heard' }))
	.observe(document.getElementById('heard'), { childList: true });
</script>
END
cat >run.mjs <<'END'
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

const bundle = 'node_modules/@starfederation/datastar/dist/datastar.js';
let requests = 0, heard = 0, last = '', at = Date.now();
const server = createServer((request, response) => {
	if (request.url.startsWith('/stream')) {
		at = Date.now();
		response.writeHead(200, { 'Content-Type': 'text/event-stream' });
		response.write('event: datastar-merge-fragments\ndata: mergeMode append\ndata: selector #heard\n'
			+ `data: fragments <li>${++requests}</li>\n\n`);
		setTimeout(() => response.destroy(), 1000);
	} else if (request.url === '/told') {
		let body = '';
		request.on('data', (part) => (body += part)).on('end', () => {
			if (body === 'heard') heard++;
			else if (body.startsWith('retr')) last = body;
			response.end();
		});
	} else if (request.url === '/datastar.js')
		response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(bundle));
	else
		response.writeHead(200, { 'Content-Type': 'text/html' }).end(readFileSync('page.html'));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const chromium = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
	`--user-data-dir=${process.cwd()}/profile`, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore' });
for (const end = Date.now() + 100000; Date.now() < end && Date.now() - at < 20000;)
	await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`${requests} requests, each answered with an event and cut a second later; the page heard ${heard} events`);
console.log(`after 20 s without another: ${last}`);
chromium.kill();
await new Promise((resolve) => chromium.on('exit', resolve));
process.exit();
END
timeout 150 node run.mjs | tee output
diff expected output
