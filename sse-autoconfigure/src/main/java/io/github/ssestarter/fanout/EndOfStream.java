package io.github.ssestarter.fanout;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;

/**
 * Tells who sends to a stream that it has ended, and what can be done about it.
 */
final class EndOfStream {

	private EndOfStream() {
	}

	static SseClosedException exception(SseCloseReason reason) {
		return new SseClosedException(reason, "The stream has ended: " + reason + switch (reason) {
			case COMPLETED ->
				". If it is to go on after its controller method has returned, call keepOpen() or join(…) before";
			case SLOW -> ". Its client does not take what is sent, and sse.stream.buffer-size is used up";
			default -> "";
		});
	}

}
