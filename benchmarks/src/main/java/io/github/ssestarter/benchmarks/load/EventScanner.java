package io.github.ssestarter.benchmarks.load;

/**
 * Finds the payloads of one connection in the bytes of its body, wherever these are cut,
 * and skips most of their padding unseen.
 */
final class EventScanner {

	private static final byte[] TIME_FIELD = { '"', 't', '"', ':' };

	/** What is between the comma after the time and the number. */
	private static final int NUMBER_FIELD = "\"n\":".length();

	private final Sink sink;

	private final int padding;

	private State state = State.SEEK;

	private int matched;

	private int skip;

	private long time;

	private long number;

	/**
	 * Creates a scanner.
	 * @param sink takes what is found
	 * @param padding how many bytes follow each payload's number at least, before the
	 * next payload
	 */
	EventScanner(Sink sink, int padding) {
		this.sink = sink;
		this.padding = padding;
	}

	void scan(byte[] bytes, int from, int to) {
		int i = from;
		while (i < to) {
			if (this.skip > 0) {
				int skipped = Math.min(this.skip, to - i);
				this.skip -= skipped;
				i += skipped;
			}
			else if (this.state == State.SEEK) {
				i = seek(bytes, i, to);
			}
			else {
				digit(bytes[i++]);
			}
		}
	}

	private int seek(byte[] bytes, int from, int to) {
		int matched = this.matched;
		int i = from;
		while (i < to && matched < TIME_FIELD.length) {
			byte next = bytes[i++];
			matched = (next == TIME_FIELD[matched]) ? matched + 1 : (next == TIME_FIELD[0]) ? 1 : 0;
		}
		if (matched == TIME_FIELD.length) {
			matched = 0;
			this.time = 0;
			this.state = State.TIME;
		}
		this.matched = matched;
		return i;
	}

	private void digit(byte next) {
		int digit = next - '0';
		boolean isDigit = digit >= 0 && digit <= 9;
		if (this.state == State.TIME) {
			if (isDigit) {
				this.time = this.time * 10 + digit;
			}
			else {
				this.number = 0;
				this.skip = NUMBER_FIELD;
				this.state = State.NUMBER;
			}
		}
		else if (isDigit) {
			this.number = this.number * 10 + digit;
		}
		else {
			this.skip = this.padding;
			this.state = State.SEEK;
			this.sink.event(this.time, this.number);
		}
	}

	/**
	 * What is looked for.
	 */
	private enum State {

		SEEK, TIME, NUMBER

	}

	/**
	 * Takes what is found.
	 */
	interface Sink {

		/**
		 * A payload.
		 * @param time when it was due
		 * @param number its place in the order
		 */
		void event(long time, long number);

	}

}
