import { complain, element, logEvent, note, post, showConnected } from './page.js';

let source = null;
let clientId = null;

element('connect').addEventListener('click', () => {
	if (source) {
		note('Already connected.');
		return;
	}
	source = new EventSource('reply/stream');
	source.addEventListener('connected', (event) => {
		// Again after each reconnect, and maybe with another id
		clientId = JSON.parse(event.data).clientId;
		showConnected(true);
		logEvent(event);
	});
	source.addEventListener('answer', logEvent);
	source.onerror = () => {
		clientId = null;
		showConnected(false);
		if (source.readyState === EventSource.CLOSED) {
			close();
			complain('The server refused the stream.');
			return;
		}
		complain('The connection was lost. The browser tries again.');
	};
});
element('disconnect').addEventListener('click', () => {
	if (!source) {
		note('Not connected.');
		return;
	}
	close();
	note('Disconnected.');
});
element('question').addEventListener('submit', async (submit) => {
	submit.preventDefault();
	if (!clientId) {
		note('Connect first: without a stream there is nothing to answer on.');
		return;
	}
	if (await post('reply', { text: element('text').value }, { 'Sse-Client-Id': clientId })) {
		note('Asked.');
	}
});

function close() {
	source.close();
	source = null;
	clientId = null;
	showConnected(false);
}
