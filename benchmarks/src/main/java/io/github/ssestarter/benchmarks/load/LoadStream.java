package io.github.ssestarter.benchmarks.load;

/**
 * One client: checks that the numbers of what it receives follow one another. Belongs to
 * the selector's thread.
 */
final class LoadStream implements EventScanner.Sink {

	private final LoadGroup group;

	private long expected;

	LoadStream(LoadGroup group) {
		this.group = group;
	}

	void expect(long number) {
		this.expected = number;
	}

	@Override
	public void event(long time, long number) {
		this.expected = this.group.event(time, number, this.expected);
	}

}
