package io.github.ssestarter.benchmarks.server;

/**
 * Counts the clients that leave, as the server's application is told of them.
 */
class DepartureCounter {

	private Departures departures = new Departures(0, 0);

	synchronized void left() {
		this.departures = new Departures(this.departures.count() + 1, System.nanoTime());
	}

	synchronized String toLine() {
		return this.departures.toLine();
	}

}
