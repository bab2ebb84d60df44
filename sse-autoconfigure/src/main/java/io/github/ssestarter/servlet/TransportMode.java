package io.github.ssestarter.servlet;

/**
 * What streams are written to once their controller methods have returned.
 *
 * @since 0.1.0
 */
public enum TransportMode {

	/** The socket where it can be had, the servlet response elsewhere. */
	AUTO,

	/** Always the servlet response. */
	SERVLET

}
