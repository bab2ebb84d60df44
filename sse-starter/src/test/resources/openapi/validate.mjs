import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(0)));
if (!result.valid) {
	console.log(JSON.stringify(result.errors, null, 2));
	process.exit(1);
}
console.log(`valid ${validator.version}`);
