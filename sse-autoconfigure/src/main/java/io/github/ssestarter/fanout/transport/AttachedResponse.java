package io.github.ssestarter.fanout.transport;

import java.io.IOException;

/**
 * The response of a stream while its controller method runs: an SPI. Called by one thread
 * at a time.
 *
 * @since 0.1.0
 */
public interface AttachedResponse {

	/**
	 * Sets the headers of an event stream. The first write commits them.
	 * @param isKeptOpen whether the stream has joined or is kept open already, so that
	 * its headers may say what its life after the method needs
	 */
	void prepare(boolean isKeptOpen);

	/**
	 * Sets the status 204, without a body.
	 */
	void noContent();

	/**
	 * Writes and flushes, and waits for the client.
	 * @param frame the bytes
	 * @throws IOException if the client has gone
	 */
	void write(byte[] frame) throws IOException;

	/**
	 * Writes and flushes what ends the response, where the headers leave that to us: the
	 * stream ends in order, while its method runs. Waits for the client.
	 * @throws IOException if the client has gone
	 */
	void end() throws IOException;

	/**
	 * Whether the response is committed, by whomever.
	 * @return whether headers have been sent
	 */
	boolean isCommitted();

	/**
	 * Turns to writing without waiting. Called on the request's own thread, once.
	 * @param listener what to tell
	 * @param opening run before anything of the response can be seen by the client that
	 * was not seen before
	 * @return what to write to from now on
	 */
	Transport detach(TransportListener listener, Runnable opening);

	/**
	 * Has something run once the container is done with the response, all of it written,
	 * or given up.
	 * @param callback called once, on any thread, and at once where the container is not
	 * known
	 */
	void whenFinished(Runnable callback);

	/**
	 * What streams share that must be written to by the same thread: the HTTP/2
	 * connection.
	 * @return a key, the same for streams that belong together
	 */
	Object connectionKey();

}
