package io.github.ssestarter.servlet;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;

/**
 * A request speaks of its client's stream, which may not do what is asked for, or is
 * there no more.
 */
final class ClientStreamException extends SseClosedException {

	ClientStreamException(SseClosedException cause) {
		super(cause.getReason(), String.valueOf(cause.getMessage()), cause);
	}

	boolean isForbidden() {
		return getReason() == SseCloseReason.FORBIDDEN;
	}

}
