// Each client in its plainest use: tells what it sees, and sees everything.

const NAMES = ['message', 'connected', 'n', 'sse-gap', 'sse-busy', 'sse-end'];

// What is like an EventSource, and has onopen, onerror and listeners by name
function listen(source, tell) {
	source.onopen = () => tell('open');
	source.onerror = (event) => tell('error', { closed: source.readyState === 2, why: event?.message });
	for (const name of NAMES)
		source.addEventListener(name, ({ data, lastEventId }) => tell('event', { name, data, id: lastEventId }));
}

// What a page has in its HTML
function append(attributes) {
	const element = document.createElement('div');
	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, value);
	document.body.append(element);
	return element;
}

export const clients = {

	async 'undici'(url, tell) {
		const { EventSource } = await import('undici');
		listen(new EventSource(url), tell);
	},

	async 'eventsource'(url, tell) {
		const { EventSource } = await import('eventsource');
		listen(new EventSource(url), tell);
	},

	async 'eventsource-client'(url, tell) {
		const { createEventSource } = await import('eventsource-client');
		createEventSource({
			url,
			onConnect: () => tell('open'),
			onMessage: ({ event, data, id }) => tell('event', { name: event ?? 'message', data, id }),
			onDisconnect: () => tell('end'),
			onScheduleReconnect: () => tell('retry'),
		});
	},

	async 'launchdarkly-eventsource'(url, tell) {
		const { default: { EventSource } } = await import('launchdarkly-eventsource');
		const source = new EventSource(url);
		listen(source, tell);
		source.onend = () => tell('end');
		source.onclosed = () => tell('closed');
		source.onretrying = () => tell('retry');
	},

	async 'event-source-polyfill'(url, tell) {
		const { default: { EventSourcePolyfill } } = await import('event-source-polyfill');
		listen(new EventSourcePolyfill(url), tell);
	},

	async 'fetch-event-source'(url, tell) {
		const { fetchEventSource } = await import('@microsoft/fetch-event-source');
		fetchEventSource(url, {
			onmessage: ({ event, data, id }) => tell('event', { name: event || 'message', data, id }),
			onerror: (error) => {
				tell('error', { why: error.message }); // what it returns would be a delay
			},
			onclose: () => tell('end'),
		}).then(() => tell('closed'));
	},

	async 'extended-eventsource'(url, tell) {
		const { EventSource } = await import('extended-eventsource');
		listen(new EventSource(url), tell);
	},

	async 'sse.js'(url, tell) {
		const { SSE } = await import('sse.js');
		listen(new SSE(url, { autoReconnect: true }), tell);
	},

	async 'reconnecting-eventsource'(url, tell) {
		const { default: ReconnectingEventSource } = await import('reconnecting-eventsource');
		listen(new ReconnectingEventSource(url), tell);
	},

	async 'htmx-ext-sse'(url, tell) {
		const { default: htmx } = await import('htmx.org');
		await import('htmx-ext-sse');
		const element = append({ 'hx-ext': 'sse', 'sse-connect': url });
		element.innerHTML = NAMES.map((name) => `<p sse-swap="${name}"></p>`).join('');
		element.addEventListener('htmx:sseOpen', () => tell('open'));
		element.addEventListener('htmx:sseError', ({ detail: { source } }) => tell('error', { closed: source.readyState === 2 }));
		element.addEventListener('htmx:sseMessage', ({ detail: { type, data, lastEventId } }) =>
			tell('event', { name: type, data, id: lastEventId }));
		htmx.process(element);
	},

	async 'hx-sse'(url, tell) {
		const { default: htmx } = await import('htmx4');
		await import('htmx4/hx-sse');
		const element = append({ 'hx-sse:connect': url });
		element.addEventListener('htmx:sse:after:connection', () => tell('open'));
		element.addEventListener('htmx:sse:error', ({ detail: { error } }) => tell('error', { why: error.message }));
		element.addEventListener('htmx:sse:close', () => tell('closed'));
		element.addEventListener('htmx:sse:after:message', ({ detail: { message: { event, data, id } } }) =>
			tell('event', { name: event || 'message', data, id }));
		htmx.process(element);
	},

	async 'Datastar'(url, tell) {
		const { id } = append({ 'id': `e${document.querySelectorAll('div').length}`, 'data-on-load': `@get('${url}')` });
		document.addEventListener('datastar-sse', ({ detail: { type, elId, argsRaw } }) => {
			if (elId === id && type.startsWith('datastar-')) // it hears no others
				tell('event', { name: type.slice('datastar-'.length), data: Object.values(argsRaw)[0] });
			else if (elId === id && type !== 'started')
				tell(type === 'finished' ? 'closed' : 'error', { why: argsRaw.message ?? argsRaw.status });
		});
		await import('@starfederation/datastar');
	},

	async 'Chromium'(url, tell) {
		listen(new EventSource(url), tell);
	},

};
