#!/usr/bin/env bash
#
# The guess: an event without data is not one. Whoever reads the answer of an LLM skips a block
# that has a name alone, or an empty "data:", as browsers skip the first and as it skips comments
# itself; all that is between the first delta and [DONE] arrives.
#
# What it does (openai 6.49.0): a comment is skipped, and so is an id alone. A name without data is
# parsed as JSON: the loop ends with a SyntaxError, and the deltas after it are lost.
#
# Seen on 2026-11-29, Node 20.20.2: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts openai@6.49.0

cat >expected <<'END'
after a comment: one two
after an id: one two
after a name: one, then SyntaxError: Unexpected end of JSON input
after a name and empty data: one, then SyntaxError: Unexpected end of JSON input
END

cat >run.mjs <<'END'
import net from 'node:net';
import OpenAI from 'openai';

const between = {
	'a comment': ': still here\n\n',
	'an id': 'id: 7\n\n',
	'a name': 'event: heartbeat\n\n',
	'a name and empty data': 'event: heartbeat\ndata:\n\n',
};
const delta = (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
let block;

// Answers with two deltas, and the block in the middle
const server = net.createServer((socket) => {
	let request = '';
	socket.on('error', () => {}).on('data', (bytes) => {
		request += bytes;
		if (!request.endsWith('}')) return; // its body has not come yet
		socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n'
			+ `${delta('one')}${block}${delta('two')}data: [DONE]\n\n`);
	});
}).listen(0, '127.0.0.1', async () => {
	const client = new OpenAI({
		baseURL: `http://127.0.0.1:${server.address().port}`, apiKey: 'none', maxRetries: 0, logLevel: 'off',
	});
	for (const name in between) {
		block = between[name];
		const read = [];
		let end = '';
		try {
			const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true });
			for await (const chunk of stream) read.push(chunk.choices[0].delta.content);
		} catch (error) {
			end = `, then ${error}`;
		}
		console.log(`after ${name}: ${read.join(' ')}${end}`);
	}
	process.exit();
});
END
timeout 60 node run.mjs | tee output
diff expected output
