package io.github.ssestarter.test;

/**
 * How fast a client reads. Times are of {@link System#nanoTime()}.
 */
interface Pace {

	/**
	 * As fast as it comes.
	 */
	Pace FULL = new Constant(Integer.MAX_VALUE, 0);

	/**
	 * Not at all.
	 */
	Pace STALLED = new Constant(0, Long.MAX_VALUE);

	/**
	 * Return how much may be read now.
	 * @param now the time
	 * @return the number of bytes
	 */
	int allowance(long now);

	/**
	 * Take note of what was read.
	 * @param bytes the number of bytes
	 */
	void spend(int bytes);

	/**
	 * Return how long to wait until it is worth reading again.
	 * @return nanoseconds from the time last asked for an allowance,
	 * {@link Long#MAX_VALUE} for ever
	 */
	long pause();

	/**
	 * A pace that never changes.
	 *
	 * @param allowance what may be read at any time
	 * @param pause how long to wait, at any time
	 */
	record Constant(int allowance, long pause) implements Pace {

		@Override
		public int allowance(long now) {
			return this.allowance;
		}

		@Override
		public void spend(int bytes) {
		}

	}

	/**
	 * So many bytes a second: a bucket that holds a tenth of a second's worth and is read
	 * from when it is half full.
	 */
	final class Limited implements Pace {

		private static final double SECOND = 1_000_000_000;

		private final int bytesPerSecond;

		private final double capacity;

		private double level;

		private long filled;

		Limited(int bytesPerSecond, long now) {
			this.bytesPerSecond = bytesPerSecond;
			this.capacity = Math.max(1, bytesPerSecond / 10.0);
			this.filled = now;
		}

		@Override
		public int allowance(long now) {
			double inflow = (now - this.filled) / SECOND * this.bytesPerSecond;
			this.level = Math.min(this.capacity, this.level + inflow);
			this.filled = now;
			return (int) this.level;
		}

		@Override
		public void spend(int bytes) {
			this.level -= bytes;
		}

		@Override
		public long pause() {
			double wanted = Math.max(1, this.capacity / 2);
			return (this.level >= wanted) ? 0 : (long) Math.ceil((wanted - this.level) / this.bytesPerSecond * SECOND);
		}

	}

}
