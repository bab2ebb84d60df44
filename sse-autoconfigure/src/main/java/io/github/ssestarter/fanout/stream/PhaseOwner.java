package io.github.ssestarter.fanout.stream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.shard.ConnectionOwner;
import io.github.ssestarter.fanout.shard.End;

/**
 * A stream, as its phases know it.
 */
interface PhaseOwner extends ConnectionOwner {

	/**
	 * The first byte is about to be written while the method runs.
	 * @throws NoRoomException if there is no room for another such stream
	 */
	void writes();

	/**
	 * The response is about to be committed as an event stream.
	 */
	void opened();

	/**
	 * How the stream ends. Any thread.
	 * @return what is decided, {@code null} while the stream goes on
	 */
	@Nullable End end();

	/**
	 * Decides how the stream ends, unless that is decided. Any thread.
	 * @return what is decided
	 */
	End decide(End end);

}
