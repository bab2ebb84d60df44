// Opens a page in Chromium, and waits until an expression is true of it. Writes its value as JSON, or what the page
// shows and has complained of.
//
//     node page.mjs /usr/bin/chromium http://localhost:8080/ 'document.title' 'Basic …'

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , executable, url, expression, authorization] = process.argv;
const profile = await mkdtemp(join(tmpdir(), 'sse-page-'));
const chromium = spawn(executable, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
	'--no-first-run', `--user-data-dir=${profile}`, '--remote-debugging-pipe'],
	{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const [, , , commands, answers] = chromium.stdio;
const waiting = new Map();
const complaints = [];
let count = 0, rest = '';

answers.setEncoding('utf8').on('data', (text) => {
	const messages = (rest + text).split('\0');
	rest = messages.pop();
	for (const { id, method, params, result } of messages.map((message) => JSON.parse(message))) {
		waiting.get(id)?.(result);
		if (method === 'Runtime.exceptionThrown')
			complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
		if (method === 'Log.entryAdded' && params.entry.level === 'error' && !params.entry.url?.endsWith('/favicon.ico'))
			complaints.push(`${params.entry.text} ${params.entry.url}`);
	}
});

function send(method, params = {}, sessionId) {
	return new Promise((resolve) => {
		waiting.set(++count, resolve);
		commands.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
	});
}

const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
const evaluate = async (expression) =>
	(await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId))?.result?.value;
await send('Runtime.enable', {}, sessionId);
await send('Log.enable', {}, sessionId);
if (authorization) {
	await send('Network.enable', {}, sessionId);
	await send('Network.setExtraHTTPHeaders', { headers: { Authorization: authorization } }, sessionId);
}
await send('Page.navigate', { url }, sessionId);

const end = Date.now() + 30_000;
let value;
while (!(value = await evaluate(expression)) && Date.now() < end)
	await new Promise((resolve) => setTimeout(resolve, 50));
console.log(value ? JSON.stringify(value) : await evaluate('document.documentElement.outerHTML'));
complaints.forEach((complaint) => console.log(complaint));

const exit = new Promise((resolve) => chromium.on('exit', resolve));
chromium.kill('SIGKILL');
await exit;
// Its other processes go a moment later, and write until then
await rm(profile, { recursive: true, force: true, maxRetries: 10 }).catch(() => {});
process.exit(value ? 0 : 1);
