import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const document = JSON.parse(readFileSync(0));
for (const path of Object.values(document.paths)) {
	for (const { operationId, responses } of Object.values(path)) {
		const content = responses?.['200']?.content?.['text/event-stream'];
		const events = (content?.itemSchema ?? content?.['x-oai-itemSchema'])?.oneOf;
		if (events) {
			const types = events.map(({ properties: { event, data } }) => [event.const, data.contentSchema ?? data]);
			document.components.schemas[`${operationId}Events`] = {
				type: 'object',
				properties: Object.fromEntries(types),
				required: types.map(([name]) => name),
			};
		}
	}
}
console.log(astToString(await openapiTS(document)));
