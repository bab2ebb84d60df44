package io.github.ssestarter.benchmarks.load;

import java.io.IOException;

/**
 * What is said over a connection: one protocol or the other.
 */
interface Conversation {

	/**
	 * What the client says first.
	 */
	byte[] opening();

	/**
	 * Takes what the server says, in pieces of any size.
	 * @param bytes holds it, from its beginning on
	 * @param length how much it is
	 * @param link takes what the client has to answer
	 * @return how many responses have just begun
	 */
	int read(byte[] bytes, int length, Link link) throws IOException;

}
