package io.github.ssestarter.benchmarks.run;

import java.io.IOException;

/**
 * One of the things that are measured.
 */
interface Scenario {

	/**
	 * What it is called.
	 */
	String name();

	/**
	 * Runs it for all peers that it is for.
	 */
	void run(Bench bench) throws IOException;

}
