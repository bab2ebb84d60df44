// What the SDK of Datastar's own makes of the same elements

import { ServerSentEventGenerator } from '@starfederation/datastar-sdk/web';

const response = ServerSentEventGenerator.stream((stream) =>
	stream.patchElements('<div id="stock">\n\t<b>3</b> in stock\n</div>'));
console.log(await response.text());
