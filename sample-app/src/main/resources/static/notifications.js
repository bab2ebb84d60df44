import { append, complain, element, note, post, showState } from './page.js';
import { SseClient } from './sse-client.js';

const title = document.title;
let user = null;
let unread = 0;
let last = '';

showUser();

element('login').addEventListener('submit', async (submit) => {
	submit.preventDefault();
	const body = new URLSearchParams({ username: element('name').value, password: element('password').value });
	const response = await fetch('notifications/login', { method: 'POST', body, headers: csrf() });
	if (response.ok) {
		showUser();
	}
	else {
		complain('This is no name with its password.');
	}
});
element('log-out').addEventListener('click', () => post('notifications/logout', {}, csrf()));
element('message').addEventListener('submit', async (submit) => {
	submit.preventDefault();
	const { value, textContent } = submit.submitter;
	if (await post(`notifications${value}`, { text: element('text').value }, csrf())) {
		note(`Sent to ${textContent}.`);
	}
});
element('read').addEventListener('click', () => {
	localStorage.setItem(`read by ${user}`, last);
	count(0);
});

/** Asks who is logged in, and listens for that user. */
async function showUser() {
	user = (await (await fetch('notifications/user')).json()).name;
	element('login').hidden = Boolean(user);
	element('account').hidden = element('message').hidden = element('read').hidden = !user;
	element('user').textContent = user;
	count(0);
	if (user) {
		listen();
	}
}

function listen() {
	const client = new SseClient('notifications/stream');
	client.onState((state) => showState(state));
	client.on('notification', ({ from, to, text }, { lastEventId }) => {
		append(`${from} to ${to === user ? 'you alone' : to}:`, text);
		last = lastEventId;
		// All that is held comes again to a page that is loaded again
		count(last === localStorage.getItem(`read by ${user}`) ? 0 : unread + 1);
	});
	client.onEnd(({ reason, status, comesBack }) => {
		if (comesBack) {
			return;
		}
		// It is not for whoever logs in next
		element('log').replaceChildren();
		note(`The server has ended the stream: ${status ?? reason}.`);
		if (!status || status === 401) {
			showUser();
		}
	});
}

function count(number) {
	unread = number;
	element('badge').textContent = unread ? `${unread} new` : '';
	document.title = unread ? `(${unread}) ${title}` : title;
}

/** Spring Security tells its token in a cookie, and takes it back in a header. */
function csrf() {
	return { 'X-XSRF-TOKEN': document.cookie.match(/(?:^|; )XSRF-TOKEN=([^;]*)/)?.[1] };
}
