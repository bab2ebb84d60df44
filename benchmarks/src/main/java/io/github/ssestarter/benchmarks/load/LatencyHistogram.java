package io.github.ssestarter.benchmarks.load;

import java.util.Arrays;

/**
 * Counts times, each to within 3 percent. Not safe for use by many threads.
 */
final class LatencyHistogram {

	private static final int BITS = 5;

	private static final int STEPS = 1 << BITS;

	private final long[] counts = new long[(Long.SIZE - BITS) * STEPS];

	private long total;

	void clear() {
		Arrays.fill(this.counts, 0);
		this.total = 0;
	}

	void record(long nanos) {
		this.counts[index(Math.max(0, nanos))]++;
		this.total++;
	}

	/**
	 * The time that a share of all were not above.
	 * @param share the share, below 1
	 * @return the time in nanoseconds, zero if nothing was recorded
	 */
	long percentile(double share) {
		long left = (long) Math.ceil(share * this.total);
		for (int i = 0; i < this.counts.length; i++) {
			left -= this.counts[i];
			if (left <= 0 && this.total > 0) {
				return value(i);
			}
		}
		return 0;
	}

	private static int index(long nanos) {
		if (nanos < STEPS) {
			return (int) nanos;
		}
		int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - BITS;
		return (shift + 1) * STEPS + (int) (nanos >>> shift) - STEPS;
	}

	private static long value(int index) {
		if (index < STEPS) {
			return index;
		}
		int shift = index / STEPS - 1;
		return (long) (index % STEPS + STEPS) << shift;
	}

}
