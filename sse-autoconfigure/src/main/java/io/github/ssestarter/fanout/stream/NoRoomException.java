package io.github.ssestarter.fanout.stream;

import io.github.ssestarter.fanout.notice.Limit;

/**
 * There is no room for a stream now; there may be later.
 *
 * @since 0.1.0
 */
public final class NoRoomException extends RuntimeException {

	private final Limit limit;

	NoRoomException(Limit limit, String message) {
		super(message);
		this.limit = limit;
	}

	/**
	 * What there is no room for.
	 * @return the limit that is reached
	 */
	public Limit getLimit() {
		return this.limit;
	}

}
