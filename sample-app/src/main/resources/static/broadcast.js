import { complain, element, logEvent, note, post, showConnected } from './page.js';

let source = null;
const names = new Set(['connected', 'message', 'ping', 'progress', 'tick', 'sse-gap', 'sse-end']);

element('connection').addEventListener('submit', (submit) => {
	submit.preventDefault();
	connect(element('stream').value);
});
element('disconnect').addEventListener('click', () => {
	if (!source) {
		note('Not connected.');
		return;
	}
	close();
	note('Disconnected.');
});
element('ping').addEventListener('click', () => send('api/broadcast', { event: 'ping', data: { sent: new Date() } }));
element('message').addEventListener('submit', (submit) => {
	submit.preventDefault();
	const event = element('event').value;
	listen(event);
	send('api/broadcast', { event, data: { text: element('text').value } });
});
element('progress-update').addEventListener('submit', (submit) => {
	submit.preventDefault();
	send('api/broadcast/progress', {
		taskId: element('task').value,
		progress: element('progress').valueAsNumber,
		status: element('status').value,
		state: element('state').value
	});
});

function connect(url) {
	if (source) {
		note('Already connected: disconnect first.');
		return;
	}
	source = new EventSource(url);
	source.onopen = (event) => {
		if (event instanceof MessageEvent) {
			return;
		}
		showConnected(true);
		note(`Connected to /${url}.`);
	};
	source.onerror = (event) => {
		if (event instanceof MessageEvent) {
			return;
		}
		if (source.readyState === EventSource.CLOSED) {
			close();
			complain('The server refused the stream.');
			return;
		}
		showConnected(false);
		complain('The connection was lost. The browser tries again.');
	};
	names.forEach((name) => source.addEventListener(name, logEvent));
}

/** An EventSource hears only the names it was told of. */
function listen(name) {
	if (name && !names.has(name)) {
		names.add(name);
		source?.addEventListener(name, logEvent);
	}
}

function close() {
	source.close();
	source = null;
	showConnected(false);
}

async function send(url, body) {
	const answer = await post(url, body);
	if (answer) {
		note(`Sent ${answer.event}; ${answer.connected} connected.`);
	}
}
