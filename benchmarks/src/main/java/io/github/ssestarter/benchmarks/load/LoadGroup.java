package io.github.ssestarter.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Clients of one server, and what they have received. All but the latches belongs to the
 * selector's thread.
 */
final class LoadGroup {

	final List<LoadConnection> connections = new ArrayList<>();

	private final List<LoadStream> streams = new ArrayList<>();

	final CountDownLatch opened;

	private final LatencyHistogram latencies = new LatencyHistogram();

	private CountDownLatch received = new CountDownLatch(1);

	private long now;

	private long base;

	private long expected;

	private long deliveries;

	private long reads;

	private long bytes;

	private long errors;

	private long lost;

	private long first;

	private long last;

	LoadGroup(int count) {
		this.opened = new CountDownLatch(count);
	}

	/**
	 * Begins to count anew.
	 * @param base the number of the first event of each topic; what is below is not
	 * counted
	 * @param expected how many deliveries there will be
	 * @return counted down when they are there
	 */
	CountDownLatch begin(long base, long expected) {
		this.latencies.clear();
		this.base = base;
		this.expected = expected;
		this.deliveries = 0;
		this.reads = 0;
		this.bytes = 0;
		this.errors = 0;
		this.first = Long.MAX_VALUE;
		this.last = 0;
		this.streams.forEach((stream) -> stream.expect(base));
		this.received = new CountDownLatch((expected > 0) ? 1 : 0);
		return this.received;
	}

	/**
	 * Adds a client.
	 * @param padding see {@link EventScanner}
	 * @return takes the body of its response
	 */
	EventScanner scanner(int padding) {
		LoadStream stream = new LoadStream(this);
		this.streams.add(stream);
		return new EventScanner(stream, padding);
	}

	void opened() {
		this.opened.countDown();
	}

	/**
	 * A connection has ended. Nobody waits for all to open then.
	 */
	void lost() {
		this.lost++;
		while (this.opened.getCount() > 0) {
			this.opened.countDown();
		}
	}

	/**
	 * Whether all are open, to be asked when the latch is down.
	 */
	boolean isOpen() {
		return this.lost == 0;
	}

	/**
	 * Bytes have come: events that follow are of this read.
	 */
	void read(int count, long now) {
		this.now = now;
		this.reads++;
		this.bytes += count;
	}

	/**
	 * An event has come.
	 * @param time when it was due
	 * @param number its number
	 * @param expected the number that was expected of its connection
	 * @return the number to expect next
	 */
	long event(long time, long number, long expected) {
		if (number < this.base) {
			return expected;
		}
		this.latencies.record(this.now - time);
		this.deliveries++;
		if (number != expected) {
			this.errors++;
		}
		this.first = Math.min(this.first, time);
		this.last = this.now;
		if (this.deliveries == this.expected) {
			this.received.countDown();
		}
		return number + 1;
	}

	LoadResult result() {
		long elapsed = (this.deliveries > 0) ? this.last - this.first : 0;
		return new LoadResult(this.deliveries, this.expected, this.reads, this.bytes, elapsed, this.errors, this.lost,
				this.latencies.percentile(0.5), this.latencies.percentile(0.99), this.latencies.percentile(0.999));
	}

}
