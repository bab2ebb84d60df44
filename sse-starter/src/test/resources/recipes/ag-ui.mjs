import { HttpAgent } from '@ag-ui/client';

const agent = new HttpAgent({ url: `${process.argv[2]}/agent` });
agent.addMessage({ id: '1', role: 'user', content: 'Hello,  you\nthere' });
const errors = [];
const { newMessages } = await agent.runAgent({}, { onRunFailed: ({ error }) => errors.push(error.message) });
console.log(JSON.stringify({ text: newMessages.map(({ content }) => content).join(), errors }));
