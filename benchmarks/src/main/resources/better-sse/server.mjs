// A channel for each topic, and the control port of the servers that are measured.

import { createServer } from "node:http";
import { setImmediate as nextTurn, setTimeout as after } from "node:timers/promises";
import { createChannel, createSession } from "better-sse";

const [port, controlPort] = process.argv.slice(2).map(Number);
const fields = '{"t":,"n":,"pad":""}'.length;
const channels = new Map();

function channel(topic) {
	if (!channels.has(topic)) {
		channels.set(topic, createChannel());
	}
	return channels.get(topic);
}

function payload(t, n, size) {
	return { t, n, pad: "x".repeat(size - fields - String(t).length - String(n).length) };
}

async function publish(topics, count, rate, size, base) {
	const start = Number(process.hrtime.bigint());
	for (let i = 0; i < count; i++) {
		let due = Number(process.hrtime.bigint());
		if (rate > 0) {
			const now = due;
			due = start + Math.floor((i * 1e9) / rate);
			if (due > now) {
				await after((due - now) / 1e6);
			}
		}
		channel("t" + (i % topics)).broadcast(payload(due, base + Math.floor(i / topics), size));
		await nextTurn();
	}
	return Number(process.hrtime.bigint()) - start;
}

const streams = createServer(async (request, response) => {
	const topic = new URL(request.url, "http://localhost").searchParams.get("topic");
	channel(topic).register(await createSession(request, response, { keepAlive: null }));
});

const control = createServer(async (request, response) => {
	const url = new URL(request.url, "http://localhost");
	const number = (name, absent) => Number(url.searchParams.get(name) ?? absent);
	let answer = "";
	if (url.pathname === "/publish") {
		answer = await publish(number("topics", 1), number("count", 1), number("rate", 0), number("size", 100),
			number("base", 0));
	}
	else if (url.pathname === "/heap") {
		globalThis.gc();
		globalThis.gc();
		answer = process.memoryUsage().heapUsed;
	}
	else if (url.pathname === "/clients") {
		answer = [...channels.values()].reduce((sum, one) => sum + one.sessionCount, 0);
	}
	response.end(String(answer));
});

streams.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => {
	control.listen(controlPort, "127.0.0.1", () => console.log("ready"));
});
process.stdin.on("end", () => process.exit(0)).resume();
