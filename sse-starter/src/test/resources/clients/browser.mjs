// Chromium without a window, told what to do over two pipes, in the DevTools protocol.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGE = `<!DOCTYPE html>
<script type="importmap">
	{ "imports": {
		"sse.js": "/node_modules/sse.js/lib/sse.js",
		"@microsoft/fetch-event-source": "/node_modules/@microsoft/fetch-event-source/lib/esm/index.js",
		"reconnecting-eventsource": "/node_modules/reconnecting-eventsource/build/esm/reconnecting-eventsource.js",
		"htmx.org": "/node_modules/htmx.org/dist/htmx.esm.js",
		"htmx-ext-sse": "/node_modules/htmx-ext-sse/dist/sse.esm.js",
		"htmx4": "/node_modules/htmx4/dist/htmx.esm.js",
		"htmx4/hx-sse": "/node_modules/htmx4/dist/ext/hx-sse.js",
		"@starfederation/datastar": "/node_modules/@starfederation/datastar/dist/bundles/datastar.js"
	} }
</script>
<script type="module">
	import { clients } from '/clients.mjs';
	for (const { client, url } of JSON.parse(decodeURIComponent(location.hash.slice(1)) || '[]'))
		clients[client](url, (type, more) => tell(JSON.stringify({ client, url, type, ...more })));
	// A frame for each client: what one of them makes of its page the others do not see
	globalThis.run = (wanted) => {
		for (const name of new Set(wanted.map(({ client }) => client))) {
			const frame = document.createElement('iframe');
			frame.src = '/#' + encodeURIComponent(JSON.stringify(wanted.filter(({ client }) => client === name)));
			document.body.append(frame);
		}
	};
	if (top === window) tell('');
</script>`;

// Serves the page, and the modules that it asks for
async function serve() {
	const server = createServer(async ({ url }, response) => {
		const isPage = url === '/';
		const file = /\.m?js$/.test(url) ? url : `${url}.js`;
		const text = isPage ? PAGE : await readFile(new URL(`.${file}`, import.meta.url)).catch(() => null);
		if (text === null) // a folder
			response.writeHead(/\.m?js$/.test(url) ? 404 : 302, { Location: `${url}/index.js` }).end();
		else
			response.setHeader('Content-Type', isPage ? 'text/html' : 'text/javascript').end(text);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://localhost:${server.address().port}/`;
}

export async function openBrowser(executable, write) {
	const profile = await mkdtemp(join(tmpdir(), 'sse-browser-'));
	// The streams are of another server than the page
	const chromium = spawn(executable, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-web-security',
		'--disable-background-networking', '--no-first-run', `--user-data-dir=${profile}`,
		'--remote-debugging-pipe'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
	const [, , , commands, answers] = chromium.stdio;
	const waiting = new Map();
	let ready;
	const isReady = new Promise((resolve) => ready = resolve);
	let count = 0, rest = '';
	const send = (method, params = {}, sessionId) => new Promise((resolve) => {
		waiting.set(++count, resolve);
		commands.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
	});
	answers.setEncoding('utf8').on('data', (text) => {
		const messages = (rest + text).split('\0');
		rest = messages.pop();
		for (const { id, method, params, result } of messages.map((message) => JSON.parse(message))) {
			waiting.get(id)?.(result);
			if (method === 'Runtime.bindingCalled')
				params.payload ? write(JSON.parse(params.payload)) : ready();
		}
	});
	const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
	const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
	await send('Runtime.enable', {}, sessionId);
	await send('Runtime.addBinding', { name: 'tell' }, sessionId);
	await send('Page.navigate', { url: await serve() }, sessionId);
	await isReady;
	return {
		run: (wanted) => send('Runtime.evaluate', { expression: `run(${JSON.stringify(wanted)})` }, sessionId),
		async close() {
			const exit = new Promise((resolve) => chromium.on('exit', resolve));
			chromium.kill('SIGKILL');
			await exit;
			// Its other processes go a moment later, and write until then
			await rm(profile, { recursive: true, force: true, maxRetries: 10 }).catch(() => {});
		},
	};
}
