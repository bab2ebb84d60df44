package io.github.ssestarter.starter.testsupport;

import java.util.function.Consumer;

/**
 * A client of a Java library, in its plainest use.
 */
interface JavaClient {

	/**
	 * Opens a stream.
	 * @param tell is told what the client sees
	 * @return closes it
	 */
	AutoCloseable open(String url, Consumer<JavaClients.Sight> tell);

}
