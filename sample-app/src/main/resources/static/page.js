/** What the pages share: the log, the pill, and a POST whose answer is JSON or nothing. */

const MAX_LINES = 500;

const lines = document.getElementById('log');

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
}

export function complain(text) {
	append('', text).classList.add('error');
}

export function showConnected(connected, pill = element('pill')) {
	pill.textContent = connected ? 'connected' : 'not connected';
	pill.classList.toggle('on', connected);
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

function append(name, text, id) {
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
