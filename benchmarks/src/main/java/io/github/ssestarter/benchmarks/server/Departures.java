package io.github.ssestarter.benchmarks.server;

/**
 * The clients of which a server has noticed that they have left.
 *
 * @param count how many, since it has started
 * @param last when it noticed the last, a time of {@link System#nanoTime()}
 */
public record Departures(int count, long last) {

	/**
	 * Reads what {@link #toLine()} has written.
	 * @param line the line
	 * @return the departures
	 */
	public static Departures parse(String line) {
		String[] fields = line.split(" ");
		return new Departures(Integer.parseInt(fields[0]), Long.parseLong(fields[1]));
	}

	String toLine() {
		return this.count + " " + this.last;
	}

}
