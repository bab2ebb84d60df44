// Looks at one proxy from both sides, and prints its row of the table in docs/proxies.md.

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { EventSource } from 'undici';

process.removeAllListeners('warning');

const { env } = process;
const PATIENCE = Number(env.PATIENCE);
const GONE_PATIENCE = 90;
const AWAY = 5000;
const say = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${process.argv[2]}: ${text}\n`);

// ---- Nodes: the application, by its port

const nodes = new Map();

async function startNode(port, ...more) {
	const node = spawn('java', ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${env.APP}/classes:${env.APP}/sample/lib/*`,
		'Node', `--server.port=${port}`, '--server.address=127.0.0.1', '--spring.main.banner-mode=off', '--logging.level.root=error',
		'--sse.endpoints[0].path=/live/silent', '--sse.endpoints[0].topics=silent', '--sse.endpoints[0].heartbeat-interval=1h',
		'--sse.shutdown.min-retry=100ms', '--sse.shutdown.max-retry=200ms', ...more], { stdio: ['ignore', 'inherit', 'inherit'] });
	appendFileSync(env.NODES, `${node.pid}\n`);
	node.over = new Promise((resolve) => node.once('exit', resolve));
	nodes.set(port, node);
	for (let i = 0; i < 900; i++) {
		if (node.exitCode !== null) {
			break;
		}
		if (await ask(port, '/connected').catch(() => null) !== null) {
			return;
		}
		await sleep(200);
	}
	throw new Error('The application does not start');
}

async function stopNode(port, signal) {
	const node = nodes.get(port);
	node.kill(signal);
	await node.over;
}

function ask(port, path) {
	return new Promise((resolve, reject) => {
		http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (text) => body += text).on('end', () => resolve(body));
		}).on('error', reject);
	});
}

// ---- Clients: what arrives, when, and how it ends

class Client {

	constructor(port, path = '/live', headers = {}) {
		this.text = '';
		this.arrived = new Map();
		this.begun = Date.now();
		this.over = new Promise((resolve) => this.resolve = resolve);
		this.open(port, path, { Accept: 'text/event-stream', ...headers });
	}

	open(port, path, headers) {
		this.request = http.get({ host: 'localhost', port, path, headers, agent: false, family: 4 }, (response) => {
			this.answered(response.statusCode, response.headers);
			this.read(response);
			response.on('end', () => this.ended(response.complete ? 'end' : 'cut'));
			response.on('close', () => this.ended(response.complete ? 'end' : 'cut'));
			response.on('error', () => this.ended('cut'));
		});
		this.request.on('error', () => this.ended('cut'));
	}

	answered(status, headers) {
		this.status = status;
		this.headers = headers;
	}

	read(response) {
		const encoding = this.headers['content-encoding'];
		let source = response;
		if (encoding === 'gzip' || encoding === 'br') {
			const options = encoding === 'br' ? { flush: zlib.constants.BROTLI_OPERATION_FLUSH } : { flush: zlib.constants.Z_SYNC_FLUSH };
			source = response.pipe(encoding === 'br' ? zlib.createBrotliDecompress(options) : zlib.createGunzip(options));
			source.on('error', () => {});
		}
		source.setEncoding?.('utf8');
		source.on('data', (text) => this.took(text));
	}

	took(text) {
		this.text += text;
		for (const [, data] of this.text.matchAll(/^data: ([\w-]+)$/gm)) {
			if (!this.arrived.has(data)) {
				this.arrived.set(data, performance.now());
			}
		}
	}

	ended(how) {
		this.end ??= { how, after: (Date.now() - this.begun) / 1000 };
		this.resolve(this.end);
	}

	has(text, seconds = 10) {
		return until(() => this.text.includes(text), seconds);
	}

	get lastId() {
		return [...this.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
	}

	leave() {
		this.request.destroy();
	}

}

class Http2Client extends Client {

	open(port, path, headers) {
		this.session = http2.connect(`${env.HTTP2}://localhost:${port}`, { rejectUnauthorized: false, family: 4 });
		this.session.on('error', () => this.ended('cut'));
		const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
		this.request = this.session.request({ ':path': path, ...lower });
		this.request.on('response', (answer) => {
			this.answered(answer[':status'], answer);
			this.read(this.request);
		});
		// A stream that is reset with NO_ERROR has not ended for HTTP/2: but most clients take it for an end
		let ended = false;
		this.request.on('end', () => ended = true);
		this.request.on('error', () => this.ended('cut'));
		this.request.on('close', () => this.ended(!ended || this.request.rstCode > 0 ? 'cut' : 'end'));
	}

	leave() {
		this.session.destroy();
	}

}

async function until(condition, seconds) {
	const last = Date.now() + seconds * 1000;
	while (!await condition()) {
		if (Date.now() > last) {
			return false;
		}
		await sleep(20);
	}
	return true;
}

// ---- What is looked at

// How much later events arrive than past the proxy; waits less than a heartbeat
async function delays(client, direct, prefix) {
	const late = [];
	for (let i = 0; i < 5; i++) {
		const data = `${prefix}-${i}`;
		await ask(env.APP_PORT, `/send?data=${data}`);
		if (!await until(() => direct.arrived.has(data), 5)) {
			throw new Error('No event past the proxy either');
		}
		if (!await until(() => client.arrived.has(data), 3)) {
			return 'held back';
		}
		late.push(client.arrived.get(data) - direct.arrived.get(data));
		await sleep(300);
	}
	const median = late.sort((a, b) => a - b)[2];
	return median < 50 ? 'at once' : `${Math.round(median)} ms late`;
}

async function oneByOne() {
	const direct = new Client(env.APP_PORT);
	const client = new Client(env.PORT_plain);
	await direct.has('connected');
	await client.has('connected');
	const result = await delays(client, direct, 'plain');
	direct.leave();
	client.leave();
	return result;
}

async function compressed(prefix) {
	if (env.PORT_compressed === '0') {
		return 'has none';
	}
	const direct = new Client(env.APP_PORT);
	const client = new Client(env.PORT_compressed, '/live', { 'Accept-Encoding': 'gzip, br' });
	await direct.has('connected');
	await client.has('connected', 3);
	let result = await delays(client, direct, prefix);
	if (result !== 'held back') {
		const encoding = client.headers['content-encoding'] ?? 'identity';
		result += encoding === 'identity' ? ', uncompressed' : `, ${encoding}`;
	}
	direct.leave();
	client.leave();
	return result;
}

async function resumes() {
	const client = new Client(env.PORT_plain);
	await client.has('connected');
	const id = client.lastId;
	client.leave();
	for (const data of ['missed-1', 'missed-2', 'missed-3']) {
		await ask(env.APP_PORT, `/send?data=${data}`);
	}
	const again = new Client(env.PORT_plain, '/live', { 'Last-Event-ID': id });
	const all = await again.has('data: missed-3', 5) && again.text.match(/missed-/g).length === 3;
	again.leave();
	return all ? 'passes' : 'LOST';
}

async function noticed(Type, port) {
	const client = new Type(port);
	if (!await client.has('connected')) {
		return '–';
	}
	const id = client.headers['sse-client-id'];
	const left = Date.now();
	client.leave();
	const seen = await until(async () => await ask(env.APP_PORT, `/closed?client=${id}`) !== '', GONE_PATIENCE);
	return seen ? `${((Date.now() - left) / 1000).toFixed(Date.now() - left < 1000 ? 1 : 0)} s` : `not in ${GONE_PATIENCE} s`;
}

function head() {
	return new Promise((resolve) => {
		const begun = Date.now();
		const request = http.request({ method: 'HEAD', host: 'localhost', port: env.PORT_plain, path: '/live', agent: false, family: 4 }, (response) => {
			response.resume().on('end', () => resolve(Date.now() - begun < 1000 ? `${response.statusCode}` : `${response.statusCode}, late`));
		});
		request.setTimeout(10_000, () => {
			request.destroy();
			resolve('no answer');
		});
		request.on('error', () => resolve('cut'));
		request.end();
	});
}

async function lasts(path) {
	const client = new Client(env.PORT_quiet, path);
	const end = await Promise.race([client.over, sleep(PATIENCE * 1000, null)]);
	client.leave();
	return end ? `${end.how} after ${Math.round(end.after)} s` : `not in ${PATIENCE} s`;
}

// Kills the node, or stops it in order; what clients see, and whether an EventSource comes back
async function away(signal, ...more) {
	const clients = [new Client(env.PORT_plain)];
	if (env.HTTP2) {
		clients.push(new Http2Client(env.HTTP2_PORT_plain));
	}
	const source = new EventSource(`http://localhost:${env.PORT_plain}/live`);
	const heard = new Set();
	source.addEventListener('n', ({ data }) => heard.add(data));
	await Promise.all(clients.map((client) => client.has('connected')));
	await until(() => source.readyState === 1, 10);
	await stopNode(env.APP_PORT, signal);
	const seen = await Promise.all(clients.map((client) => Promise.race([client.over.then(({ how }) => how), sleep(10_000, 'open')])));
	await sleep(AWAY);
	await startNode(env.APP_PORT, ...more);
	const up = Date.now();
	let count = 0;
	const back = await until(async () => {
		await ask(env.APP_PORT, `/send?data=${signal}-${count++}`);
		await sleep(200);
		return source.readyState === 2 || heard.size > 0;
	}, 90);
	const result = heard.size > 0 ? `back after ${Math.round((Date.now() - up) / 1000)} s` : back ? 'gives up' : 'waits for ever';
	source.close();
	clients.forEach((client) => client.leave());
	return { seen: seen.join(' / '), back: result };
}

await Promise.all([startNode(env.APP_PORT), startNode(env.QUIET_PORT)]);
// Some proxies take a node for dead that was not there when they were started
writeFileSync(`${env.WORK}/nodes-are-up`, '');
while (!existsSync(`${env.WORK}/ports`)) {
	await sleep(100);
}
Object.assign(env, JSON.parse(readFileSync(`${env.WORK}/ports`)));
const long = Promise.all([lasts('/live/silent'), lasts('/live')]);
say('events');
const row = { events: await oneByOne(), resumes: await resumes(), head: await head() };
say('compression');
row.compressed = await compressed('compressed');
say('clients that go');
row.noticed = (await Promise.all([noticed(Client, env.PORT_plain),
	...env.HTTP2 ? [noticed(Http2Client, env.HTTP2_PORT_plain)] : []])).join(' / ');
say('a node that is killed');
row.killed = await away('SIGKILL', '--sse.response.identity=true');
if (row.compressed !== 'has none') {
	row.identity = await compressed('identity');
}
say('a node that restarts');
row.restarted = await away('SIGTERM');
say('how long streams last');
[row.silent, row.busy] = await long;
await Promise.all([...nodes.keys()].map((port) => stopNode(port, 'SIGKILL')));
const compression = row.compressed === row.identity || !row.identity ? row.compressed : `${row.compressed}; with \`identity\` ${row.identity}`;
console.log(`| ${[process.argv[2], row.events, compression, row.silent, row.busy, row.noticed, row.killed.seen, row.killed.back,
	row.restarted.back, row.head, row.resumes, new Date().toISOString().slice(0, 10)].join(' | ')} |`);
process.exit();
