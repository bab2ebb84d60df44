import { showFigures } from './figures.js';
import { element, note, showState } from './page.js';
import { SseClient } from './sse-client.js';

const rows = new Map();
/** The prices that are still to be shown: however many come, a pair is drawn once for each picture of the screen. */
const changed = { fast: new Map(), slow: new Map() };
/** Milliseconds: how much this clock is ahead of the server's, and the fastest way here. */
let ahead = Infinity;

line('fast', 'This line', () => 'market/prices').connect();
line('slow', 'The slow line', () => `market/slow-line?kilobytes=${element('speed').value}`);

function line(id, name, url) {
	const figures = showFigures(`${id}-figures`, ['Received', 'A second', 'Behind', 'Gaps told', 'Missed', 'Missed untold']);
	let client = null;
	let number, received, before, behind, gaps, told, untold, isTold;

	function connect() {
		if (client) {
			note(`${name} is connected: disconnect it first.`);
			return;
		}
		[number, received, before, behind, gaps, told, untold, isTold] = [0, 0, 0, 0, 0, 0, 0, false];
		client = new SseClient(url());
		showState(client.state, element(`${id}-pill`));
		client.onState((state) => showState(state, element(`${id}-pill`)));
		client.onGap(() => {
			gaps++;
			isTold = true;
		});
		client.on('price', take);
	}

	function disconnect() {
		client?.close();
		client = null;
		note(`${name} is not connected.`);
	}

	function take(price) {
		const missed = number && Math.max(0, price.number - number - 1);
		if (isTold) {
			note(`${name} was told of a gap. Prices missed: ${missed.toLocaleString('en')}.`);
			told += missed;
			isTold = false;
		}
		else {
			untold += missed;
		}
		number = price.number;
		received++;
		const age = Date.now() - price.at;
		ahead = Math.min(ahead, age);
		behind = Math.max(behind, age);
		draw(id, price);
	}

	setInterval(() => {
		if (client) {
			figures(received, received - before, seconds(behind && behind - ahead), gaps, told, untold);
			[before, behind] = [received, 0];
		}
	}, 1000);
	element(`${id}-connect`).addEventListener('click', connect);
	element(`${id}-disconnect`).addEventListener('click', disconnect);
	return { connect };
}

function draw(id, price) {
	if (changed.fast.size + changed.slow.size === 0) {
		requestAnimationFrame(() => {
			changed.fast.forEach(({ pair, price }) => showPrice(row(pair), price));
			changed.slow.forEach(({ pair, price }) => row(pair).slow.textContent = price.toFixed(4));
			changed.fast.clear();
			changed.slow.clear();
		});
	}
	changed[id].set(price.pair, price);
}

function showPrice(row, price) {
	if (row.last !== undefined && row.last !== price) {
		const isUp = price > row.last;
		row.change.textContent = `${isUp ? '▲' : '▼'} ${Math.abs(price - row.last).toFixed(4)}`;
		row.change.className = isUp ? 'up' : 'down';
	}
	row.last = price;
	row.price.textContent = price.toFixed(4);
}

/** The row of a pair, in alphabetical order. */
function row(pair) {
	if (!rows.has(pair)) {
		const line = document.createElement('tr');
		const title = document.createElement('th');
		title.scope = 'row';
		title.textContent = pair;
		line.append(title);
		const [price, change, slow] = [0, 1, 2].map(() => line.insertCell());
		rows.set(pair, { title, price, change, slow });
		const next = [...element('prices').rows].find((other) => other.cells[0].textContent > pair);
		element('prices').insertBefore(line, next ?? null);
	}
	return rows.get(pair);
}

function seconds(millis) {
	return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}
