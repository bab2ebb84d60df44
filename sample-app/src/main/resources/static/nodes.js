import { showFigures } from './figures.js';
import { complain, element, note, post, showState } from './page.js';
import { SseClient } from './sse-client.js';

const MAX_ROWS = 50;

const figures = showFigures('figures', ['Node', 'Process', 'Log']);
/** The port of the node that this page is connected to, once it has told it. */
let here = null;
/** Events that came before that: what was missed comes first. */
let pending = [];

const client = new SseClient('nodes/stream');
showState(client.state);
client.onState((state) => {
	showState(state);
	if (state !== 'open') {
		here = null;
	}
});
client.on('node', showNode);
client.on('published', ({ by, at }, { lastEventId: id }) => {
	const event = { id, by, took: Date.now() - at };
	if (here) {
		showEvent(event);
	}
	else {
		pending.push(event);
	}
});
client.onGap(() => complain('Some events are no longer held. Here is what comes from now on.'));
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
element('publish').addEventListener('click', async () => {
	const receipt = await post('nodes', {});
	if (receipt) {
		note(`Node ${receipt.by} has published ${receipt.id}.`);
	}
});

function showNode({ port, process, isOneOfMany }) {
	here = port;
	figures(`${port}`, `${process}`, isOneOfMany ? 'in Redis' : 'its own');
	element('kill').textContent = `kill -9 ${process}`;
	element('many').hidden = !isOneOfMany;
	element('one').hidden = isOneOfMany;
	note(`Connected to node ${port}.`);
	pending.forEach(showEvent);
	pending = [];
}

function showEvent({ id, by, took }) {
	const row = element('events').insertRow(0);
	const title = document.createElement('th');
	const shownId = document.createElement('small');
	title.scope = 'row';
	title.className = 'wraps';
	shownId.textContent = id;
	title.append(`Node ${by}`, shownId);
	row.append(title);
	const through = row.insertCell();
	through.textContent = `Node ${here}`;
	if (by !== here) {
		const crossed = document.createElement('small');
		crossed.textContent = 'crossed';
		through.className = 'up';
		through.append(crossed);
	}
	const time = row.insertCell();
	// By two clocks, that of the node and that of the browser
	time.textContent = `${Math.max(0, took).toLocaleString('en')} ms`;
	time.className = 'number';
	if (element('events').rows.length > MAX_ROWS) {
		element('events').lastElementChild.remove();
	}
}
