package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;

/**
 * The stream has ended.
 */
final class EndedPhase implements Phase {

	private final SseCloseReason reason;

	EndedPhase(SseCloseReason reason) {
		this.reason = reason;
	}

	/**
	 * Tells who sends to a stream that it has ended, and what can be done about it.
	 */
	static SseClosedException exception(SseCloseReason reason) {
		return new SseClosedException(reason, "The stream has ended: " + reason + switch (reason) {
			case COMPLETED ->
				". If it is to go on after its controller method has returned, call keepOpen() or join(…) before";
			case SLOW -> ". Its client does not take what is sent, and sse.stream.buffer-size is used up";
			default -> "";
		});
	}

	@Override
	public void open() {
		throw exception(this.reason);
	}

	@Override
	public void send(byte[] frame, @Nullable String ownId) {
		open();
	}

	@Override
	public void noContent() {
		throw new IllegalStateException("noContent() on a stream that has ended: " + this.reason);
	}

	@Override
	public void topicsChanged() {
		open();
	}

	@Override
	public void complete() {
	}

}
