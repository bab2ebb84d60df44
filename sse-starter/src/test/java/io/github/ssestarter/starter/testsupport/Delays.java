package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * How long events whose data begin with the time of their publication take to arrive. Any
 * number of threads may add to it.
 */
public final class Delays implements EventClient.Listener {

	/** One bucket for each tenth of a millisecond, up to 20 s. */
	private final AtomicIntegerArray buckets = new AtomicIntegerArray(200_000);

	private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

	private volatile boolean isMeasuring;

	/**
	 * The data of an event that is published now.
	 */
	public static String data(String padding) {
		return System.nanoTime() + " " + padding;
	}

	public void measure(boolean isMeasuring) {
		this.isMeasuring = isMeasuring;
	}

	@Override
	public void block(EventClient client, Block block) {
		block(block);
	}

	public void block(Block block) {
		if ("sse-gap".equals(block.name())) {
			failed("A gap: " + block);
		}
		else if (block.isEvent() && this.isMeasuring) {
			String data = block.requireData();
			add(System.nanoTime() - Long.parseLong(data.substring(0, data.indexOf(' '))));
		}
	}

	private void add(long nanos) {
		this.buckets.incrementAndGet((int) Math.min(this.buckets.length() - 1, nanos / 100_000));
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		if (failure != null) {
			failed(failure.toString());
		}
	}

	public void failed(String text) {
		this.failure.compareAndSet(null, text);
	}

	public @Nullable String failure() {
		return this.failure.get();
	}

	public long count() {
		long count = 0;
		for (int i = 0; i < this.buckets.length(); i++) {
			count += this.buckets.get(i);
		}
		return count;
	}

	/**
	 * Forgets all that was measured.
	 */
	public void reset() {
		for (int i = 0; i < this.buckets.length(); i++) {
			this.buckets.set(i, 0);
		}
	}

	/**
	 * The time within which a share of all arrived, in milliseconds.
	 */
	public double percentile(double percent) {
		long left = (long) Math.ceil(count() * percent / 100);
		int bucket = -1;
		while (left > 0) {
			left -= this.buckets.get(++bucket);
		}
		return (bucket + 1) / 10.0;
	}

	/**
	 * Measures how long this machine itself makes a thread wait: what no server can do
	 * anything about.
	 */
	public static final class Hiccups implements AutoCloseable {

		private final Thread thread = new Thread(this::run, "stress-hiccups");

		private volatile boolean isClosed;

		private volatile long longest;

		private final Delays all = new Delays();

		public Hiccups() {
			this.thread.setDaemon(true);
			this.thread.start();
		}

		private void run() {
			while (!this.isClosed) {
				long before = System.nanoTime();
				LockSupport.parkNanos(1_000_000);
				long hiccup = System.nanoTime() - before - 1_000_000;
				this.longest = Math.max(this.longest, hiccup);
				this.all.add(Math.max(0, hiccup));
			}
		}

		/**
		 * The longest, in milliseconds.
		 */
		public double longest() {
			return this.longest / 1e6;
		}

		/**
		 * What a share of all is at most, in milliseconds.
		 */
		public double percentile(double percent) {
			return this.all.percentile(percent);
		}

		public void reset() {
			this.longest = 0;
			this.all.reset();
		}

		@Override
		public void close() {
			this.isClosed = true;
		}

	}

}
