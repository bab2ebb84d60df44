#!/usr/bin/env bash
#
# The guess: a response in chunks that stops before its last chunk was cut off, and fetch says so:
# reading its body throws. That a server announced to close the connection after the response
# (Connection: close) changes nothing, since it is the chunks that tell where a response ends.
#
# What Node's own fetch does (20.20.2; 18.20.4 too): with Connection: close, a cut is an end. Half of
# a chunk is read as if all was there, after a RST too. Without that header it throws, and with it
# Node's http does, and the fetch of Node 22.23.5 and 24.22.3.
#
# Seen on 2026-11-30, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >expected <<'END'
fetch, FIN: throws; after Connection: close: reads "whole, ha", and the end
fetch, RST: throws; after Connection: close: reads "whole, ha", and the end
http, FIN: throws; after Connection: close: throws
http, RST: throws; after Connection: close: throws
END

cat >run.mjs <<'END'
import http from 'node:http';
import net from 'node:net';

const read = async (fetched) => `reads ${JSON.stringify(await (await fetched).text())}, and the end`;
const clients = {
	fetch: (url) => read(fetch(url)),
	http: (url) => new Promise((resolve, reject) => http.get(url, (response) =>
		response.on('end', () => resolve('reads the end')).on('error', reject).resume()).on('error', reject)),
};

// A chunk, half of the next, and a cut
const server = net.createServer((socket) => socket.on('error', () => {}).once('data', (request) => {
	const [, how, header] = request.toString().match(/^GET \/(\w+)\/(\w*)/);
	socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n${
		header ? 'Connection: close\r\n' : ''}\r\n7\r\nwhole, \r\n4\r\nha`);
	setTimeout(() => how === 'RST' ? socket.resetAndDestroy() : socket.destroy(), 200);
})).listen(0, '127.0.0.1', async () => {
	for (const [name, client] of Object.entries(clients)) {
		for (const how of ['FIN', 'RST']) {
			const url = `http://127.0.0.1:${server.address().port}/${how}/`;
			const [plain, closing] = [await client(url).catch(() => 'throws'),
				await client(`${url}close`).catch(() => 'throws')];
			console.log(`${name}, ${how}: ${plain}; after Connection: close: ${closing}`);
		}
	}
	process.exit();
});
END
timeout 60 node run.mjs | tee output
diff expected output
