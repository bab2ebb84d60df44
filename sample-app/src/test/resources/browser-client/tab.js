// What a page has seen of its client, and which tab holds a lock
import { SseClient } from './sse-client.js';

window.SseClient = SseClient;
window.watch = (client) => {
	const seen = { client, numbers: [], at: [], states: [], gaps: [], busy: [], ends: [] };
	client.on('number', (number) => {
		seen.numbers.push(number);
		seen.at.push(Date.now());
	});
	client.onState((state) => seen.states.push(state));
	client.onGap((gap) => seen.gaps.push(gap));
	client.onBusy((busy) => seen.busy.push(busy));
	client.onEnd((end) => seen.ends.push(end));
	return seen;
};

// One tab does not know another, but for a lock that has its name
window.called = (name) => new Promise((resolve) => navigator.locks.request(`tab ${name}`, () => {
	resolve();
	return new Promise(() => {});
}));
window.holder = async (name) => {
	const { held } = await navigator.locks.query();
	const owner = held.find((lock) => lock.name === name)?.clientId;
	return held.find((lock) => lock.clientId === owner && lock.name.startsWith('tab '))?.name.slice(4);
};
