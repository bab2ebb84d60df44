package io.github.ssestarter.benchmarks.load;

/**
 * What the clients of a server speak.
 */
public enum Wire {

	/** HTTP/1.1, in the clear. */
	PLAIN(1),

	/** HTTP/1.1 over TLS. */
	TLS(1),

	/** HTTP/2 over TLS, agreed on by ALPN, as browsers do. */
	HTTP2(10);

	private final int streams;

	Wire(int streams) {
		this.streams = streams;
	}

	/**
	 * How many clients share a connection.
	 * @return how many
	 */
	public int streams() {
		return this.streams;
	}

}
