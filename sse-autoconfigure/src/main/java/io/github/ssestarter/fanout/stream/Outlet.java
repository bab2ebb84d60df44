package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

/**
 * The stream, as a {@link Source} of it sees it.
 */
interface Outlet {

	/**
	 * An item as bytes.
	 * @throws IllegalArgumentException if it cannot be sent
	 */
	Frame frame(Object item);

	/**
	 * Sends a frame, if there is room.
	 * @return whether there is
	 * @throws io.github.ssestarter.SseClosedException if the stream has ended
	 */
	boolean offer(Frame frame);

	/**
	 * Goes on once there is room again, or the stream has ended, on a thread for what the
	 * application has streams send from.
	 */
	void whenRoom(Runnable goOn);

	/**
	 * All is sent, or the source has failed.
	 */
	void ended(@Nullable Throwable failure);

}
