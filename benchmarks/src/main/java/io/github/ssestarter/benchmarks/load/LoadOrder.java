package io.github.ssestarter.benchmarks.load;

/**
 * An order to connect.
 *
 * @param port the server's port
 * @param path the path, in which <code>{i}</code> stands for the number of a client's
 * topic
 * @param count how many clients
 * @param topics how many topics
 * @param stalled how many of the clients never read
 * @param window how many connect at once
 * @param size the length of a payload's JSON, at least
 * @param lastEventId what the clients say they received last, {@code -} for nothing
 * @param expected how many deliveries there will be without another order, zero if
 * another follows
 * @param wire what the clients speak
 */
public record LoadOrder(int port, String path, int count, int topics, int stalled, int window, int size,
		String lastEventId, long expected, Wire wire) {

	private static final int FIELDS = 40;

	/**
	 * Creates an order for clients that read.
	 * @param port the server's port
	 * @param path the path
	 * @param count how many clients
	 * @param topics how many topics
	 */
	public LoadOrder(int port, String path, int count, int topics) {
		this(port, path, count, topics, 0, 64, 100, "-", 0, Wire.PLAIN);
	}

	static LoadOrder parse(String[] order) {
		return new LoadOrder(Integer.parseInt(order[2]), order[3], Integer.parseInt(order[4]),
				Integer.parseInt(order[5]), Integer.parseInt(order[6]), Integer.parseInt(order[7]),
				Integer.parseInt(order[8]), order[9], Long.parseLong(order[10]), Wire.valueOf(order[11]));
	}

	/**
	 * The line that says this to the load client.
	 * @param name what the group of clients is called
	 * @return the line
	 */
	public String toLine(String name) {
		return String.join(" ", "connect", name, Integer.toString(this.port), this.path, Integer.toString(this.count),
				Integer.toString(this.topics), Integer.toString(this.stalled), Integer.toString(this.window),
				Integer.toString(this.size), this.lastEventId, Long.toString(this.expected), this.wire.name());
	}

	/**
	 * The same with clients that read payloads of another size.
	 * @param size the length of a payload's JSON, at least
	 * @return the order
	 */
	public LoadOrder withSize(int size) {
		return new LoadOrder(this.port, this.path, this.count, this.topics, this.stalled, this.window, size,
				this.lastEventId, this.expected, this.wire);
	}

	/**
	 * The same with clients that never read.
	 * @return the order
	 */
	public LoadOrder allStalled() {
		return new LoadOrder(this.port, this.path, this.count, this.topics, this.count, this.window, this.size,
				this.lastEventId, this.expected, this.wire);
	}

	/**
	 * The same with clients that come back, all at once.
	 * @param lastEventId what they say they received last
	 * @param expected how many deliveries they will get, all together
	 * @return the order
	 */
	public LoadOrder resuming(String lastEventId, long expected) {
		return new LoadOrder(this.port, this.path, this.count, this.topics, this.stalled, this.count, this.size,
				lastEventId, expected, this.wire);
	}

	/**
	 * The same for another path.
	 * @param path the path
	 * @return the order
	 */
	public LoadOrder at(String path) {
		return new LoadOrder(this.port, path, this.count, this.topics, this.stalled, this.window, this.size,
				this.lastEventId, this.expected, this.wire);
	}

	/**
	 * The same with clients that speak something else.
	 * @param wire what they speak
	 * @return the order
	 */
	public LoadOrder over(Wire wire) {
		return new LoadOrder(this.port, this.path, this.count, this.topics, this.stalled, this.window, this.size,
				this.lastEventId, this.expected, wire);
	}

	/**
	 * The path that a client asks for.
	 */
	String path(int client) {
		return this.path.replace("{i}", Integer.toString(client % this.topics));
	}

	boolean isResuming() {
		return !this.lastEventId.equals("-");
	}

	String request(int client) {
		String resume = (isResuming()) ? "Last-Event-ID: " + this.lastEventId + "\r\n" : "";
		return "GET " + path(client) + " HTTP/1.1\r\nHost: 127.0.0.1:" + this.port + "\r\nAccept: text/event-stream\r\n"
				+ resume + "\r\n";
	}

	/**
	 * How many bytes follow each payload's number at least.
	 */
	int padding() {
		return this.size - FIELDS;
	}

}
