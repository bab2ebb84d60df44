// Server-Sent Events in a page: an ES module of the SSE starter, explained in docs/browser.md. Apache License 2.0.

/** Reasons of an end after which there is nothing more for this client. After all others it comes back. */
const FINAL = ['COMPLETED', 'TOPIC_COMPLETED', 'CLOSED', 'FORBIDDEN', 'EXPIRED', 'LOGGED_OUT'];

/** Statuses below 500 that pass. */
const PASSING = [408, 409, 425, 429];

/** Milliseconds: the longest wait of its own, and how long a leader may owe an answer. */
const MAX_WAIT = 30_000, PATIENCE = 3_000;

export class SseClient {

	#url;
	#options;
	#names;
	/** Of its locks, its channel and its client id. */
	#key;
	#isShared;
	/** Whether it reads the stream by fetch, and not by an EventSource. */
	#isFetched;
	#listeners = new Map();
	#watchers = { state: new Set(), gap: new Set(), busy: new Set(), end: new Set() };
	#state = 'closed';
	#clientId = null;
	#releaseId = null;
	/** From open() to close(), from when the page is shown until it is left, and while there is a stream. */
	#use = null;
	#stay = null;
	#stream = null;
	#isSuspended = false;
	#isOver = false;
	#timer = 0;
	#failures = 0;
	#retry;
	/** The id that the stream has come to, the one it began after, and the last that the listeners have heard of. */
	#place = '';
	#start = '';
	#heard = '';
	#presented = null;
	#listenTo = null;

	// Where tabs share a connection
	#channel = null;
	/** While this tab has the connection. */
	#term = null;
	#patience = 0;
	#isMissing = false;
	#steal = null;
	#wake = null;

	constructor(url, options = {}) {
		this.#url = new URL(url, document.baseURI);
		this.#options = options;
		this.#retry = options.retry ?? 2_000;
		this.#names = { connected: 'connected', gap: 'sse-gap', busy: 'sse-busy', end: 'sse-end', heartbeat: 'sse-heartbeat',
			...options.names };
		this.#isShared = Boolean(options.shared && navigator.locks && self.BroadcastChannel);
		this.#isFetched = Boolean(this.#isShared || options.headers || options.method || options.body);
		this.#key = `sse ${typeof options.shared === 'string' ? options.shared : this.#url.href}`;
		this.#clientId = storage((all) => all.getItem(this.#key));
		this.open();
	}

	get state() {
		return this.#state;
	}

	get clientId() {
		return this.#clientId;
	}

	/** Hears events of a name, until what it returns is called. */
	on(name, listener) {
		if (!this.#listeners.has(name)) {
			this.#listeners.set(name, new Set());
		}
		this.#listenTo?.(name);
		return add(this.#listeners.get(name), listener);
	}

	onState(watcher) {
		return add(this.#watchers.state, watcher);
	}

	onGap(watcher) {
		return add(this.#watchers.gap, watcher);
	}

	onBusy(watcher) {
		return add(this.#watchers.busy, watcher);
	}

	onEnd(watcher) {
		return add(this.#watchers.end, watcher);
	}

	/** Opens it again, from where it was, once it is closed. */
	open() {
		if (this.#use) {
			return;
		}
		const { signal } = this.#use = new AbortController();
		this.#isOver = false;
		// A page that is frozen, or waits in the history, is not to hold a connection, or what others wait for
		const leave = () => this.#leave('waiting');
		const enter = () => this.#stay || this.#enter();
		addEventListener('pagehide', leave, { signal });
		addEventListener('pageshow', enter, { signal });
		document.addEventListener('freeze', leave, { signal });
		document.addEventListener('resume', enter, { signal });
		this.#enter();
	}

	/** Closes it for good, or until open(). */
	close() {
		this.#use?.abort();
		this.#use = null;
		this.#leave('closed');
	}

	async #enter() {
		const { signal } = this.#stay = new AbortController();
		this.#failures = 0;
		this.#setState('connecting');
		addEventListener('online', () => this.#timer && this.#connect(), { signal });
		if (this.#isShared) {
			this.#share(signal);
			return;
		}
		// A duplicated tab has the id of the other as well
		if (this.#clientId && !await this.#claim(this.#clientId) && !signal.aborted) {
			this.#clientId = null;
		}
		if (!signal.aborted) {
			this.#connect();
			this.#closeWhenHidden(signal);
		}
	}

	#leave(state) {
		this.#stay?.abort();
		this.#stay = null;
		this.#term = null;
		this.#stop();
		this.#releaseId?.();
		this.#releaseId = null;
		clearTimeout(this.#patience);
		this.#channel?.close();
		this.#channel = null;
		this.#setState(state);
	}

	// A stream

	#connect() {
		this.#stop();
		const { signal } = this.#stream = new AbortController();
		this.#start = this.#place;
		this.#presented = this.#clientId;
		this.#setState('connecting');
		if (this.#isFetched) {
			this.#fetch(signal);
		}
		else {
			this.#listen(signal);
		}
	}

	#stop() {
		clearTimeout(this.#timer);
		this.#timer = 0;
		this.#isSuspended = false;
		this.#listenTo = null;
		this.#stream?.abort();
		this.#stream = null;
	}

	#suspend() {
		this.#stop();
		this.#isSuspended = true;
		this.#setState('waiting');
	}

	#opened() {
		this.#failures = 0;
		this.#setState('open');
	}

	#lost(atLeast = 0) {
		this.#stop();
		const backOff = Math.max(this.#retry, 100) * 2 ** this.#failures++;
		const wait = Math.max(atLeast, Math.min(backOff, Math.max(this.#retry, MAX_WAIT)));
		this.#timer = setTimeout(() => this.#connect(), wait * (1 + Math.random() / 4));
		this.#setState('waiting');
	}

	/** An EventSource comes back by itself, when the server has told it to, unless it was refused. */
	#listen(signal) {
		const source = new EventSource(this.#address(false), { withCredentials: Boolean(this.#options.withCredentials) });
		signal.addEventListener('abort', () => source.close());
		// Events of these names are not the connection's own
		source.onopen = (event) => event instanceof MessageEvent || this.#opened();
		source.onerror = (event) => {
			if (signal.aborted || event instanceof MessageEvent) {
				return;
			}
			if (source.readyState === EventSource.CLOSED) {
				// It does not tell by what: 204 or 502, which fetch sees
				this.#isFetched = true;
				this.#lost();
			}
			else {
				this.#setState('waiting');
			}
		};
		const take = (event) => {
			if (event instanceof MessageEvent && !signal.aborted) {
				this.#take({ type: event.type, data: event.data, lastEventId: event.lastEventId || this.#place });
			}
		};
		this.#listenTo = (name) => source.addEventListener(name, take);
		[...Object.values(this.#names), ...this.#listeners.keys()].forEach(this.#listenTo);
	}

	async #fetch(signal) {
		let retryAfter = 0;
		try {
			const { headers, body, method = body ? 'POST' : 'GET', withCredentials } = this.#options;
			const sent = new Headers(typeof headers === 'function' ? await headers() : headers);
			// Of another origin these would need its permission
			const inHeaders = Boolean(headers) || method !== 'GET' || this.#url.origin === location.origin;
			sent.set('Accept', 'text/event-stream');
			if (inHeaders && this.#place) {
				sent.set('Last-Event-ID', String.fromCharCode(...new TextEncoder().encode(this.#place)));
			}
			if (inHeaders && this.#clientId) {
				sent.set('Sse-Client-Id', this.#clientId);
			}
			const response = await fetch(this.#address(inHeaders), { method, body, headers: sent, signal, cache: 'no-store',
				credentials: withCredentials ? 'include' : 'same-origin' });
			const { status } = response;
			if (status === 200 && /^text\/event-stream\b/i.test(response.headers.get('Content-Type'))) {
				this.#opened();
				await this.#read(response.body, signal);
			}
			else if (status < 500 && !PASSING.includes(status)) {
				this.#finish({ reason: status === 204 ? 'NO_CONTENT' : 'REFUSED', status, comesBack: false });
			}
			else {
				const told = response.headers.get('Retry-After');
				retryAfter = Math.max(0, isNaN(told) ? Date.parse(told) - Date.now() : told * 1000) || 0;
				if (told) {
					this.#tell('busy', { retryIn: retryAfter });
				}
			}
		}
		catch {
			// It was cut, nobody answers, or it is to stop
		}
		if (!signal.aborted) {
			this.#lost(retryAfter);
		}
	}

	async #read(body, signal) {
		const parse = parser(this.#place, (event) => signal.aborted || this.#take(event), (retry) => this.#retry = retry);
		const reader = body.pipeThrough(new TextDecoderStream()).getReader();
		for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
			parse(value);
		}
	}

	#address(isBare) {
		const url = new URL(this.#url);
		if (!isBare && this.#clientId) {
			url.searchParams.set(this.#options.clientIdParameter ?? 'clientId', this.#clientId);
		}
		if (!isBare && this.#place) {
			url.searchParams.set('lastEventId', this.#place);
		}
		return url;
	}

	// Events

	/** An event of this tab's own stream. */
	#take(event) {
		if (event.type === this.#names.connected && !this.#isOurs(json(event.data)?.clientId)) {
			this.#connect();
			return;
		}
		const after = this.#place;
		this.#place = event.lastEventId;
		this.#start ||= this.#place;
		this.#post({ kind: 'event', event, after });
		this.#hear(event, after);
	}

	/** Whether a stream is this client's: not if it came back by itself, without the id that it was only told. */
	#isOurs(clientId) {
		if (clientId && clientId !== this.#clientId) {
			if (this.#clientId && this.#clientId !== this.#presented) {
				return false;
			}
			this.#keep(clientId);
			this.#postState();
			if (!this.#isShared) {
				this.#claim(clientId);
			}
		}
		return true;
	}

	#keep(clientId) {
		this.#clientId = clientId;
		storage((all) => clientId ? all.setItem(this.#key, clientId) : all.removeItem(this.#key));
	}

	/** An event of this tab's stream, or another's. */
	#hear({ type, data, lastEventId, hasId }, after) {
		const { connected, gap, busy, end, heartbeat } = this.#names;
		if (this.#isShared) {
			if (order(after, this.#heard) > 0) {
				// Something before it has not come here: the leader is asked, once, to go back
				this.#isMissing || this.#hello(true);
				return;
			}
			this.#isMissing = false;
			if (hasId && ![connected, busy, end, heartbeat].includes(type)
				&& (lastEventId === this.#heard || order(lastEventId, this.#heard) < 0)) {
				return;
			}
		}
		if (!(order(lastEventId, this.#heard) < 0)) {
			this.#heard = lastEventId;
		}
		if (data === null) {
			return;
		}
		const parse = Object.values(this.#names).includes(type) ? json : this.#options.parse ?? json;
		call([() => call(this.#listeners.get(type), parse(data, type), { type, data, lastEventId })]);
		if (type === gap) {
			call(this.#watchers.gap, json(data));
		}
		else if (type === busy) {
			call(this.#watchers.busy, { retryIn: this.#isFetched ? this.#retry : null });
		}
		else if (type === end) {
			this.#ended(json(data)?.reason);
		}
	}

	#ended(reason) {
		const comesBack = this.#options.comesBack?.(reason) ?? !FINAL.includes(reason);
		if (!comesBack) {
			this.#finish({ reason, comesBack });
			return;
		}
		call(this.#watchers.end, { reason, comesBack });
		if (reason === 'REPLACED' && this.#stream && !this.#isShared) {
			// Somebody else has this id: the client goes on as another
			this.#keep(null);
			this.#lost();
		}
	}

	#finish(detail) {
		this.#isOver = true;
		this.#post({ kind: 'end', detail });
		this.close();
		call(this.#watchers.end, detail);
	}

	#setState(state) {
		if (this.#state !== state) {
			this.#state = state;
			this.#postState();
			call(this.#watchers.state, state);
		}
	}

	/** Tells the watchers of all tabs what only the one with the stream has seen. */
	#tell(kind, detail) {
		this.#post({ kind, detail });
		call(this.#watchers[kind], detail);
	}

	/** Whether a client id is only this client's. It is, until the client leaves. */
	async #claim(id) {
		this.#releaseId?.();
		this.#releaseId = null;
		if (!navigator.locks) {
			return true;
		}
		return new Promise((resolve) => {
			navigator.locks.request(`sse-client ${id}`, { signal: AbortSignal.timeout(500) }, () => {
				resolve(true);
				return this.#stay && new Promise((release) => this.#releaseId = release);
			}).catch(() => resolve(false));
		});
	}

	#closeWhenHidden(signal) {
		const after = this.#options.closeWhenHidden;
		let timer = 0;
		const look = () => {
			clearTimeout(timer);
			if (document.hidden) {
				timer = setTimeout(() => this.#suspend(), after);
			}
			else if (this.#isSuspended) {
				this.#connect();
			}
		};
		if (after !== undefined) {
			document.addEventListener('visibilitychange', look, { signal });
			signal.addEventListener('abort', () => clearTimeout(timer));
			look();
		}
	}

	// One connection for all tabs: whoever has the lock has it, and tells the others what comes

	#share(signal) {
		this.#channel = new BroadcastChannel(this.#key);
		this.#channel.onmessage = ({ data }) => this.#receive(data);
		document.addEventListener('visibilitychange', () => document.hidden || this.#hello(), { signal });
		this.#lead(signal);
		this.#show(signal);
		// What came while the page was away
		this.#hello(true);
	}

	/** Waits to be the leader, and is it until the page is left, or another tab takes it away. */
	async #lead(stay) {
		let steal = false;
		while (!stay.aborted) {
			const term = new AbortController();
			const { signal } = term;
			stay.addEventListener('abort', () => term.abort(), { signal });
			this.#steal = () => term.abort(steal = true);
			const options = steal ? { steal } : { signal };
			steal = false;
			try {
				await navigator.locks.request(this.#key, options, () => stay.aborted || this.#begin(term));
			}
			catch ({ name }) {
				if (!signal.aborted && name !== 'AbortError') {
					this.#isShared = false;
					this.#connect();
					return;
				}
			}
			term.abort();
			if (this.#term === term) {
				this.#term = null;
				this.#stop();
			}
		}
	}

	#begin(term) {
		this.#term = term;
		clearTimeout(this.#patience);
		this.#place = this.#heard;
		this.#post({ kind: 'lead' });
		this.#connect();
		this.#closeWhenAllAreHidden(term.signal);
		// At the end of all, the others shall know before one of them is the next
		return new Promise((release) => term.signal.addEventListener('abort',
			() => this.#isOver ? setTimeout(release, 1_000) : release()));
	}

	#receive({ kind, event, after, detail, state, clientId, place, isMissing }) {
		if (kind === 'hello') {
			this.#answer(place, isMissing);
		}
		else if (kind === 'visible') {
			this.#wake?.();
		}
		else if (!this.#term) {
			clearTimeout(this.#patience);
			if (kind === 'lead') {
				this.#hello();
			}
			else if (kind === 'event') {
				this.#hear(event, after);
			}
			else if (kind === 'busy') {
				call(this.#watchers.busy, detail);
			}
			else if (kind === 'end') {
				this.#finish(detail);
			}
			else if (kind === 'state') {
				if (Number.isNaN(order(place, this.#heard))) {
					call(this.#watchers.gap, { lastEventId: this.#heard, oldest: place });
					this.#heard = place;
				}
				this.#heard ||= place;
				this.#keep(clientId);
				this.#setState(state);
			}
		}
	}

	/** Says how far this tab has come. A leader that does not answer is frozen, or stuck. */
	#hello(isMissing = false) {
		this.#isMissing = isMissing;
		this.#post({ kind: 'hello', place: this.#heard, isMissing }, true);
		clearTimeout(this.#patience);
		if (!this.#term && !document.hidden) {
			this.#patience = setTimeout(() => this.#steal(), PATIENCE);
		}
	}

	/** What another tab has not heard comes again. */
	#answer(place, isMissing) {
		if (this.#term) {
			if (order(place, isMissing ? this.#place : this.#start) < 0) {
				this.#place = place;
				this.#connect();
			}
			this.#postState();
		}
	}

	#postState() {
		this.#post({ kind: 'state', state: this.#state, clientId: this.#clientId, place: this.#place });
	}

	#post(message, isFromAnyone = false) {
		if (this.#channel && (this.#term || isFromAnyone)) {
			this.#channel.postMessage(message);
		}
	}

	#show(stay) {
		let release = null;
		const look = () => {
			release?.();
			release = null;
			if (!document.hidden) {
				navigator.locks.request(`${this.#key} visible`, { mode: 'shared', signal: stay }, () => {
					this.#post({ kind: 'visible' }, true);
					this.#wake?.();
					return document.hidden || stay.aborted || new Promise((resolve) => {
						release?.();
						release = resolve;
					});
				}).catch(() => {});
			}
		};
		if (this.#options.closeWhenHidden !== undefined) {
			document.addEventListener('visibilitychange', look, { signal: stay });
			stay.addEventListener('abort', () => release?.());
			look();
		}
	}

	async #closeWhenAllAreHidden(term) {
		const after = this.#options.closeWhenHidden;
		while (after !== undefined && !term.aborted) {
			const seen = new Promise((resolve) => this.#wake = resolve);
			term.addEventListener('abort', this.#wake);
			await navigator.locks.request(`${this.#key} visible`, { signal: term }, () => {}).catch(() => {});
			const timer = setTimeout(() => term.aborted || this.#suspend(), after);
			await seen;
			clearTimeout(timer);
			if (this.#isSuspended && !term.aborted) {
				this.#connect();
			}
		}
	}

}

/** A parser of the HTML standard, section 9.2.6, for text in pieces. */
function parser(lastEventId, take, takeRetry) {
	let rest = '', isAfterCr = false;
	let data = null, type = '', id = lastEventId, hasId = false;
	const field = (name, value) => {
		if (name === 'data') {
			data = data === null ? value : `${data}\n${value}`;
		}
		else if (name === 'event') {
			type = value;
		}
		else if (name === 'id' && !value.includes('\0')) {
			id = value;
			hasId = true;
		}
		else if (name === 'retry' && /^\d+$/.test(value)) {
			takeRetry(Number(value));
		}
	};
	const line = (text) => {
		const colon = text.indexOf(':');
		if (text === '') {
			const event = { type: type || 'message', data, lastEventId: id, hasId };
			data = null;
			type = '';
			hasId = false;
			if (event.data !== null || event.hasId) {
				take(event);
			}
		}
		else if (colon < 0) {
			field(text, '');
		}
		else {
			field(text.slice(0, colon), text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1));
		}
	};
	return (text) => {
		const lines = (isAfterCr && text[0] === '\n' ? text.slice(1) : text).split(/\r\n|\r|\n/);
		isAfterCr = text.endsWith('\r');
		lines[0] = rest + lines[0];
		rest = lines.pop();
		lines.forEach(line);
	};
}

/** Whether a place is before, at or after another: NaN if of two logs, undefined if none. */
function order(one, other) {
	const [a, b] = [one, other].map((id) => /^(\d+)-(\d+)\.(\w+)/.exec(id));
	return a && b ? a[3] === b[3] ? a[1] - b[1] || a[2] - b[2] : NaN : undefined;
}

function json(text) {
	try {
		return JSON.parse(text);
	}
	catch {
		return text;
	}
}

function add(all, one) {
	all.add(one);
	return () => all.delete(one);
}

function call(listeners = [], ...values) {
	for (const listener of [...listeners]) {
		try {
			listener(...values);
		}
		catch (error) {
			reportError(error);
		}
	}
}

/** What a page may be forbidden to use. */
function storage(use) {
	try {
		return use(sessionStorage);
	}
	catch {
		return null;
	}
}
