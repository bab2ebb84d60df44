import { showChart, showCounts, showFigures } from './figures.js';
import { element, note, post, showState } from './page.js';
import { SseClient } from './sse-client.js';

const figures = showFigures('figures', ['Streams', 'Behind', 'By socket', 'By servlet', 'Events a second', 'KB a second',
	'Delivery, p99', 'Gaps told']);
const topics = showCounts('topics');
const ends = showCounts('ends');
const eventsChart = showChart('events-chart', ['--accent']);
const bytesChart = showChart('bytes-chart', ['--accent']);
const streamsChart = showChart('streams-chart', ['--good', '--bad']);
const rows = new Map();
/** The snapshots of the last seconds: rates are those since the first of them. */
let last = [];

const client = new SseClient('operations/stream');
showState(client.state);
client.onState((state) => showState(state));
client.on('snapshot', show);
client.onEnd(({ reason, comesBack }) => comesBack || note(`The stream of this page has ended: ${reason}.`));
element('connect').addEventListener('click', () => {
	if (client.state !== 'closed') {
		note('Already connected.');
	}
	client.open();
});
element('disconnect').addEventListener('click', () => {
	client.close();
	note('Disconnected.');
});

function show(now) {
	const { SOCKET: socket = 0, SERVLET: servlet = 0 } = now.transports;
	const count = socket + servlet;
	const time = Date.parse(now.at) / 1000;
	last = last.filter(({ at }) => Date.parse(at) / 1000 > time - 5);
	const before = last[0] ?? now;
	const passed = time - Date.parse(before.at) / 1000 || 1;
	const events = Math.round((now.deliveries - before.deliveries) / passed);
	const kilobytes = toKilobytes((now.bytes - before.bytes) / passed);
	figures(count, now.lagging, socket, servlet, events, kilobytes, `${now.deliveryMillis.toFixed(1)} ms`, now.gaps);
	summarize(`${count} ${count === 1 ? 'stream is' : 'streams are'} open, ${now.lagging || 'none'} behind.`);
	topics(now.topics);
	ends(now.ends);
	if (before !== now) {
		eventsChart(time, events);
		bytesChart(time, kilobytes);
		streamsChart(time, count, now.lagging);
	}
	showStreams(now.streams, before.streams, passed);
	last.push(now);
}

/** Screen readers read it out, so it changes only where something has. */
function summarize(text) {
	if (element('summary').textContent !== text) {
		element('summary').textContent = text;
	}
}

/** A row stays as long as its stream, and with it the focus on its button. */
function showStreams(now, before, passed) {
	rows.forEach((row, id) => {
		if (!now.some((stream) => stream.client === id)) {
			row.remove();
			rows.delete(id);
		}
	});
	for (const stream of now) {
		if (!rows.has(stream.client)) {
			rows.set(stream.client, newRow(stream));
		}
		const sent = stream.bytes - (before.find((other) => other.client === stream.client)?.bytes ?? 0);
		const cells = [stream.topics.join(', ') || '–', new Date(stream.since).toLocaleTimeString('en-GB'),
			stream.state.toLowerCase(), stream.lag, toKilobytes(sent / passed)];
		cells.forEach((value, i) => rows.get(stream.client).cells[i + 1].textContent = value.toLocaleString('en'));
	}
}

function newRow({ client: id, user }) {
	const row = element('streams').insertRow(0);
	const title = document.createElement('th');
	const who = document.createElement('small');
	const close = document.createElement('button');
	title.scope = 'row';
	who.textContent = client.clientId?.startsWith(id) ? 'this page' : user ?? '';
	title.append(`${id}… `, who);
	row.append(title);
	['topics', 'extra', 'extra', 'number', 'number extra', ''].forEach((name) => row.insertCell().className = name);
	close.type = 'button';
	close.id = `close-${id}`;
	close.textContent = 'Close';
	close.ariaLabel = `Close ${title.textContent}`;
	close.addEventListener('click', async () => {
		if (await post('operations/close', { client: id })) {
			note(`Closed ${id}…`);
		}
	});
	row.lastChild.append(close);
	return row;
}

function toKilobytes(bytes) {
	return Math.round(bytes / 102.4) / 10;
}
