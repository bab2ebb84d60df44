import { complain, element, logEvent, note, showConnected } from './page.js';

let source = null;
let paused = false;
let discarded = 0;

element('form').addEventListener('submit', (submit) => {
	submit.preventDefault();
	start();
});
element('pause').addEventListener('click', () => {
	if (!source) {
		note('Nothing is running.');
		return;
	}
	pause(!paused);
});
element('stop').addEventListener('click', () => {
	if (!source) {
		note('Nothing is running.');
		return;
	}
	stop();
	note('Stopped.');
});

function start() {
	if (source) {
		note('Already running: stop it first.');
		return;
	}
	source = new EventSource(`sse?count=${element('count').value}&intervalMs=${element('interval').value}`);
	source.onopen = () => showConnected(true);
	source.addEventListener('connected', receive);
	source.addEventListener('tick', receive);
	source.addEventListener('complete', (event) => {
		// Left alone, the browser would come back and start over
		stop();
		logEvent(event);
		note('Complete: the stream has ended.');
	});
	source.onerror = () => {
		stop();
		complain('Error: the connection was refused or lost. Stopped.');
	};
	note('Started.');
}

function receive(event) {
	if (paused) {
		discarded++;
		return;
	}
	logEvent(event);
}

function pause(on) {
	paused = on;
	element('pause').textContent = on ? 'Resume' : 'Pause';
	note(on ? 'Paused: what arrives is discarded.' : `Resumed: ${discarded} events were discarded.`);
	discarded = 0;
}

function stop() {
	source.close();
	source = null;
	showConnected(false);
	if (paused) {
		pause(false);
	}
}
