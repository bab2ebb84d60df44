// Runs clients, and writes what each of them sees as a line of JSON. Ends when its input does.
//
//     node run.mjs '[{"client":"eventsource","url":"http://localhost:8080/live"}]' /usr/bin/chromium

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openBrowser } from './browser.mjs';
import { clients } from './clients.mjs';

const IN_BROWSER = new Set(['Chromium', 'fetch-event-source', 'sse.js', 'reconnecting-eventsource', 'htmx-ext-sse', 'hx-sse',
	'Datastar']);

if (isMainThread) {
	const write = (seen) => process.stdout.write(`${JSON.stringify(seen)}\n`);
	const wanted = JSON.parse(process.argv[2]);
	const inBrowser = wanted.filter(({ client }) => IN_BROWSER.has(client));
	const browser = inBrowser.length ? await openBrowser(process.argv[3], write) : null;
	process.stdin.on('end', async () => {
		await browser?.close();
		process.exit();
	}).resume();
	browser?.run(inBrowser);
	// A thread for each client: what one of them puts into globalThis the others do not see
	for (const name of new Set(wanted.map(({ client }) => client))) {
		if (!IN_BROWSER.has(name))
			new Worker(new URL(import.meta.url), { workerData: wanted.filter(({ client }) => client === name) })
				.on('message', write)
				.on('error', (error) => write({ client: name, type: 'failed', why: String(error.stack) }));
	}
}
else {
	// Some let the process end while they wait to come back
	setInterval(() => {}, 1 << 30);
	for (const { client, url } of workerData)
		clients[client](url, (type, more) => {
			parentPort.postMessage({ client, url, type, ...more });
		});
}
