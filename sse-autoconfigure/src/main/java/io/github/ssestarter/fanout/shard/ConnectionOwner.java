package io.github.ssestarter.fanout.shard;

import org.jspecify.annotations.Nullable;

/**
 * The stream of a connection, as the connection knows it. Called by the shard's thread:
 * returns at once.
 */
public interface ConnectionOwner {

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

	/**
	 * All is sent, and the client is about to see the end.
	 */
	void allSent();

	/**
	 * The container has no end to write: there is nothing to wait for.
	 */
	void givenUp();

	/**
	 * The end has come: nothing is written any more.
	 */
	void ended();

}
