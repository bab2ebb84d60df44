package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Lets a thread rest, until it is to stop.
 */
final class Pause {

	private final CountDownLatch stopped = new CountDownLatch(1);

	private final RandomGenerator random;

	private final Duration minRetry;

	private final Duration maxRetry;

	Pause(RedisSettings settings, RandomGenerator random) {
		this.random = random;
		this.minRetry = settings.minRetry();
		this.maxRetry = settings.maxRetry();
	}

	void stop() {
		this.stopped.countDown();
	}

	boolean isStopped() {
		return this.stopped.getCount() == 0;
	}

	/**
	 * Waits until it is time to try again: not all nodes at once.
	 */
	void beforeRetry() {
		long min = this.minRetry.toNanos();
		rest(Duration.ofNanos(this.random.nextLong(min, Math.max(min, this.maxRetry.toNanos()) + 1)));
	}

	void rest(Duration duration) {
		if (duration.isZero()) {
			return;
		}
		try {
			this.stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			// The thread is ours, and is told to end by stop() alone: it goes on
		}
	}

}
