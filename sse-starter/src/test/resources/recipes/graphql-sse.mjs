import { createClient } from 'graphql-sse';

const client = createClient({ url: `${process.argv[2]}/graphql/stream` });
const numbers = [];
for await (const { data } of client.iterate({ query: 'subscription { countdown(from: 3) }' }))
	numbers.push(data.countdown);
for await (const { data, errors } of client.iterate({ query: '{ hello }' }))
	numbers.push(data?.hello ?? errors);
console.log(JSON.stringify(numbers));
