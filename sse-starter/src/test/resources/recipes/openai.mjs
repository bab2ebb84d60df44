import OpenAI from 'openai';

const openai = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'none', maxRetries: 0 });
const chunks = await openai.chat.completions.create({
	model: 'ours', stream: true, messages: [{ role: 'user', content: 'Hello,  you\nthere' }],
});
let text = '', reason;
for await (const { choices: [{ delta, finish_reason }] } of chunks) {
	text += delta.content ?? '';
	reason = finish_reason;
}
console.log(JSON.stringify({ text, reason }));
