import { complain, element, note, post, showState } from './page.js';
import { SseClient } from './sse-client.js';

const shown = element('answer');
let client = null;
/** Tokens that came while the page reads what came before them. */
let pending = [];

addEventListener('hashchange', listen);
listen();

element('question').addEventListener('submit', async (submit) => {
	submit.preventDefault();
	const answer = await post('tokens', { text: element('text').value });
	if (answer) {
		// The address of the page is that of the answer: whoever has it hears it too
		location.hash = answer.id;
	}
});
element('stop').addEventListener('click', async () => {
	if (isAsked() && await post(`${path()}/stop`)) {
		note('Asked the model to stop.');
	}
});
element('cut').addEventListener('click', () => {
	if (isAsked()) {
		client.close();
		note(`Cut after ${shown.textContent.length} characters.`);
	}
});
element('come-back').addEventListener('click', () => {
	if (isAsked()) {
		note('Coming back.');
		client.open();
	}
});
element('reload').addEventListener('click', () => location.reload());

function listen() {
	client?.close();
	pending = [];
	shown.textContent = '';
	if (!location.hash) {
		return;
	}
	client = new SseClient(`${path()}/stream`);
	showStatus('WRITING');
	client.onState((state) => showState(state));
	client.on('token', show);
	client.on('done', async ({ status, length }) => {
		client.close();
		await show({ at: length, text: '' });
		showStatus(status);
	});
	client.onGap(readAnew);
	client.onEnd(({ reason, status }) => {
		complain(status === 404 ? 'The server knows no such answer, or no more: ask again.'
			: `The server has ended the stream: ${reason}.`);
	});
}

/** A token, where it belongs. */
async function show(token) {
	pending.push(token);
	if (pending.length > 1) {
		return;
	}
	if (token.at > shown.textContent.length) {
		await readAnew();
	}
	for (const { at, text } of pending) {
		if (at === shown.textContent.length) {
			shown.append(text);
		}
	}
	pending = [];
}

/** The log of the server holds events for a while only; the whole text the application has. */
async function readAnew() {
	note('The beginning is no longer held: reading the whole.');
	const asked = path();
	try {
		const response = await fetch(asked);
		if (!response.ok) {
			complain(`Not read: the server answered ${response.status}.`);
			return;
		}
		const answer = await response.json();
		if (asked === path()) {
			shown.textContent = answer.text;
			showStatus(answer.status);
		}
	}
	catch (error) {
		complain(`Not read: ${error.message}`);
	}
}

function showStatus(status) {
	const isWriting = status === 'WRITING';
	element('status').textContent = { WRITING: 'writing', FINISHED: 'finished', STOPPED: 'stopped' }[status];
	element('status').classList.toggle('on', isWriting);
	// To be read out when it is there, not word by word
	shown.ariaBusy = isWriting;
	if (!isWriting) {
		client?.close();
		client = null;
	}
}

function isAsked() {
	if (!client) {
		note('There is no answer on its way: ask first.');
	}
	return client;
}

function path() {
	return `tokens/${encodeURIComponent(location.hash.slice(1))}`;
}
