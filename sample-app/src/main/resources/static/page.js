/** What the pages share: the way around, their code, the log, the pill, and a POST whose answer is JSON or nothing. */

const PAGES = {
	'./': 'Demos',
	'stream.html': 'Per request',
	'broadcast.html': 'Broadcast',
	'scopes.html': 'Local and global',
	'reply.html': 'Your own stream',
	'tokens.html': 'Tokens',
	'notifications.html': 'Notifications',
	'market.html': 'Market',
	'operations.html': 'Operations',
	'nodes.html': 'Many nodes'
};

const MAX_LINES = 500;

const STATES = { connecting: 'connecting', open: 'connected', waiting: 'waiting', closed: 'not connected' };

const lines = element('log');
/** The log is silent, or each tick would be read out: only what the page itself has to say is. */
const spoken = document.createElement('p');

spoken.className = 'spoken';
spoken.role = 'status';
document.body.append(spoken);
showPages();
document.querySelectorAll('details[data-code]').forEach(showCode);

export function element(id) {
	return document.getElementById(id);
}

/** An event, as it came. One named "error" or "open" shares its listeners with the connection's own. */
export function logEvent(event, source) {
	if (!(event instanceof MessageEvent)) {
		return;
	}
	append(source ? `${source}: ${event.type}` : event.type, event.data, event.lastEventId && `id ${event.lastEventId}`);
}

/** What the page itself has to say. */
export function note(text) {
	append('', text).classList.add('note');
	spoken.textContent = text;
}

export function complain(text) {
	append('', text).classList.add('error');
	spoken.textContent = text;
}

export function showConnected(connected, pill = element('pill')) {
	showState(connected ? 'open' : 'closed', pill);
}

/** A state of an SseClient: client.onState((state) => showState(state)). */
export function showState(state, pill = element('pill')) {
	pill.textContent = STATES[state];
	pill.classList.toggle('on', state === 'open');
}

/** Resolves to the answer, or says what went wrong and resolves to null. */
export async function post(url, body, headers = {}) {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...headers },
			body: JSON.stringify(body)
		});
		const text = await response.text();
		const answer = text ? JSON.parse(text) : {};
		if (response.ok) {
			return answer;
		}
		complain(`${response.status}: ${answer.error ?? 'the server refused'}`);
	}
	catch (error) {
		complain(`Not sent: ${error.message}`);
	}
	return null;
}

/** Adds a line to the log, which scrolls along. */
export function append(name, text, id) {
	const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
	const line = document.createElement('li');
	const time = document.createElement('time');
	time.textContent = new Date().toLocaleTimeString('en-GB');
	const content = document.createElement('span');
	if (name) {
		const title = document.createElement('b');
		title.textContent = name;
		content.append(title, id ? ` (${id}) ` : ' ');
	}
	content.append(text);
	line.append(time, content);
	lines.append(line);
	if (lines.childElementCount > MAX_LINES) {
		lines.firstElementChild.remove();
	}
	if (atEnd) {
		lines.scrollTop = lines.scrollHeight;
	}
	return line;
}

function showPages() {
	const nav = document.querySelector('nav');
	for (const [path, title] of Object.entries(PAGES)) {
		const link = document.createElement('a');
		link.href = path;
		link.textContent = title;
		nav.append(link);
		if (link.pathname === location.pathname.replace(/index\.html$/, '')) {
			link.ariaCurrent = 'page';
		}
	}
	// On a phone they do not all fit
	const here = nav.querySelector('[aria-current]');
	nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

/** Code that stands on the page once somebody wants to see it, from the first comment on. */
function showCode(details) {
	details.addEventListener('toggle', async () => {
		const response = await fetch(details.dataset.code);
		const code = document.createElement('pre');
		code.textContent = (await response.text()).replace(/^package [^]*?(?=\/\*\*)/, '');
		details.append(code);
	}, { once: true });
}
