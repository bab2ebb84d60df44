package io.github.ssestarter.fanout.shard;

/**
 * The stream of a connection, as the connection knows it. Called by the shard's thread:
 * returns at once.
 */
public interface ConnectionOwner {

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
