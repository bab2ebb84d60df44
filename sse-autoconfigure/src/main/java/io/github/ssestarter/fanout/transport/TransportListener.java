package io.github.ssestarter.fanout.transport;

/**
 * What a {@link Transport} tells its connection. Called on container threads; returns at
 * once and never writes.
 *
 * @since 0.1.0
 */
public interface TransportListener {

	/**
	 * The transport can be written to.
	 */
	void ready();

	/**
	 * The connection has ended: the client has gone.
	 */
	void gone();

}
