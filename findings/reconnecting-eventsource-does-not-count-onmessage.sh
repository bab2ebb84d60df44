#!/usr/bin/env bash
#
# The guess: ReconnectingEventSource is an EventSource that opens another when the first one has given
# up, as after a 503, and tells that one where it was: it adds the id of the last event to the query.
#
# What reconnecting-eventsource 1.6.5 does: it knows only the ids of events that a listener heard
# which was added with addEventListener. Whoever listens with onmessage comes back as if for the first
# time, and misses what was sent meanwhile.
#
# Seen on 2026-11-30, Node 20.20.2, with the EventSource of eventsource 5.1.5: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts reconnecting-eventsource@1.6.5 eventsource@5.1.5

cat >expected <<'END'
onmessage: heard 1, asked for /onmessage, /onmessage of g-1, /onmessage
addEventListener: heard 1, asked for /addEventListener, /addEventListener of g-1, /addEventListener?lastEventId=g-1
END

cat >run.mjs <<'END'
import net from 'node:net';
import { EventSource } from 'eventsource';
import ReconnectingEventSource from 'reconnecting-eventsource';

const names = ['onmessage', 'addEventListener'];
const requests = { onmessage: [], addEventListener: [] }, heard = { onmessage: [], addEventListener: [] };
// An event and a cut, a 503, and then a stream that stays open
net.createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
	const [, path, name] = data.toString().match(/^GET (\/(\w+)\S*)/);
	const id = data.toString().match(/^last-event-id: (\S+)/im)?.[1];
	const count = requests[name].push(id ? `${path} of ${id}` : path);
	if (count === 2)
		return socket.end('HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
	socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n');
	if (count === 1)
		socket.end('retry: 300\ndata: 1\nid: g-1\n\n');
})).listen(0, '127.0.0.1', function () {
	for (const name of names) {
		const source = new ReconnectingEventSource(`http://127.0.0.1:${this.address().port}/${name}`,
			{ eventSourceClass: EventSource });
		const hear = ({ data }) => heard[name].push(data);
		name === 'onmessage' ? source.onmessage = hear : source.addEventListener('message', hear);
	}
});
setTimeout(() => {
	for (const name of names)
		console.log(`${name}: heard ${heard[name]}, asked for ${requests[name].join(', ')}`);
	process.exit();
}, 8000);
END
timeout 60 node run.mjs | tee output
diff expected output
