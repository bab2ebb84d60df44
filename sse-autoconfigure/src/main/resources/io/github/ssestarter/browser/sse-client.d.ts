// Types of sse-client.js, part of the SSE starter. What each does: docs/browser.md.

export type SseClientState = 'connecting' | 'open' | 'waiting' | 'closed';

/** An event as it came. */
export interface SseClientEvent {
	/** Its name, 'message' if it has none. */
	readonly type: string;
	/** Its data as text. */
	readonly data: string;
	/** Where the client is with it. */
	readonly lastEventId: string;
}

export interface SseClientEnd {
	/** A name of SseCloseReason, or NO_CONTENT or REFUSED, where the server answered with a status. */
	readonly reason: string;
	readonly status?: number;
	/** Whether the client comes back by itself; else it is closed. */
	readonly comesBack: boolean;
}

export interface SseClientOptions {
	/** Sent with each request; a function is called for each, so that a token is fresh. */
	headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
	/** GET, or POST if there is a body. */
	method?: string;
	/** Sent with each request, so not a stream. */
	body?: string | Blob | ArrayBuffer | ArrayBufferView | FormData | URLSearchParams;
	/** Whether cookies go along to another origin. Default: false. */
	withCredentials?: boolean;
	/** Whether all tabs of the origin share one connection: those with this URL, or with this name. Default: false. */
	shared?: boolean | string;
	/** Milliseconds after which the connection is closed while the page, or each page that shares it, is hidden. Default: never. */
	closeWhenHidden?: number;
	/** Milliseconds before it comes back by itself, where the server has not told it; more each time. Default: 2000. */
	retry?: number;
	/** Whether to come back after an end of this reason. Default: not after what is final. */
	comesBack?: (reason: string) => boolean;
	/** Makes of an event's data what listeners get. Default: JSON, or the text if it is none. */
	parse?: (data: string, name: string) => unknown;
	/** What the server calls its own events, where sse.event.* says otherwise. */
	names?: { connected?: string; gap?: string; busy?: string; end?: string; heartbeat?: string };
	/** sse.client-id.parameter, where it says otherwise. Default: clientId. */
	clientIdParameter?: string;
}

/** `Events` maps names of events to the types of their data. */
export class SseClient<Events extends object = Record<string, any>> {
	/** Opens a stream. */
	constructor(url: string | URL, options?: SseClientOptions);
	readonly state: SseClientState;
	/** What the server knows this client by: for the header Sse-Client-Id. */
	readonly clientId: string | null;
	/** Hears events of a name. What it returns ends that. */
	on<Name extends keyof Events & string>(name: Name, listener: (data: Events[Name], event: SseClientEvent) => void): () => void;
	onState(listener: (state: SseClientState) => void): () => void;
	/** What was missed is no longer held: load everything anew. */
	onGap(listener: (gap: { lastEventId: string; oldest: string }) => void): () => void;
	/** There is no room; the client comes back by itself. In how many milliseconds, if it was told. */
	onBusy(listener: (busy: { retryIn: number | null }) => void): () => void;
	/** The server has ended the stream. */
	onEnd(listener: (end: SseClientEnd) => void): () => void;
	/** Opens it again after an end or close(), from where it was. */
	open(): void;
	close(): void;
}
