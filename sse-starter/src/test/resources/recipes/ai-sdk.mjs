import { DefaultChatTransport, readUIMessageStream } from 'ai';

const api = `${process.argv[2]}/api/chat`;
const question = { id: '1', role: 'user', parts: [{ type: 'text', text: 'Hello,  you\nthere' }] };
const stream = await new DefaultChatTransport({ api })
	.sendMessages({ chatId: '1', messages: [question], trigger: 'submit-message' });
let answer;
const errors = [];
for await (const message of readUIMessageStream({ stream, onError: (error) => errors.push(error.message) }))
	answer = message;
console.log(JSON.stringify({ text: answer.parts.map(({ text }) => text).join(''), errors }));
