import { element, logEvent, note, showConnected } from './page.js';

demo('local', ['Action', 'BoldOne']);
demo('global', ['message']);

function demo(scope, names) {
	const pill = element(`${scope}-pill`);
	let source = null;
	element(`${scope}-connect`).addEventListener('click', () => {
		if (source) {
			note(`The ${scope} stream is already connected.`);
			return;
		}
		source = new EventSource(`scopes/${scope}`);
		source.onopen = () => {
			showConnected(true, pill);
			note(`The ${scope} stream is open.`);
		};
		source.onerror = () => {
			// An end and a loss look the same from here; left alone, the browser would come back
			close();
			note(`The ${scope} stream has ended.`);
		};
		names.forEach((name) => source.addEventListener(name, (event) => logEvent(event, scope)));
	});
	element(`${scope}-disconnect`).addEventListener('click', () => {
		if (!source) {
			note(`The ${scope} stream is not connected.`);
			return;
		}
		close();
		note(`The ${scope} stream is closed.`);
	});

	function close() {
		source.close();
		source = null;
		showConnected(false, pill);
	}
}
