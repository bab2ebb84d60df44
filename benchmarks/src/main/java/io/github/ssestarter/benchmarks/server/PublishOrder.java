package io.github.ssestarter.benchmarks.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An order to publish.
 *
 * @param topics among how many topics, {@code t0}, {@code t1} and so on, in turn
 * @param count how many events in all
 * @param rate how many a second, zero for as fast as it goes
 * @param size the length of each payload's JSON
 * @param base the number of the first event of each topic
 */
public record PublishOrder(int topics, int count, int rate, int size, long base) {

	/**
	 * Publishes on the calling thread. With a rate, an event bears the time at which it
	 * was due, however late it is.
	 * @param publisher what to publish with
	 * @return how long it took, in nanoseconds
	 */
	public long execute(TopicPublisher publisher) throws Exception {
		String[] names = new String[this.topics];
		for (int i = 0; i < names.length; i++) {
			names[i] = "t" + i;
		}
		long start = System.nanoTime();
		for (int i = 0; i < this.count; i++) {
			long due = (this.rate > 0) ? awaitTurn(start, i) : System.nanoTime();
			publisher.publish(names[i % this.topics], Payload.of(due, this.base + i / this.topics, this.size));
		}
		return System.nanoTime() - start;
	}

	/**
	 * Publishes what one topic has, on the calling thread.
	 * @param topic the topic's number
	 * @param start when the order as a whole begins
	 * @param publisher what to publish with
	 */
	void executeTopic(int topic, long start, TopicPublisher publisher) throws Exception {
		String name = "t" + topic;
		for (int i = topic; i < this.count; i += this.topics) {
			long due = awaitTurn(start, i);
			publisher.publish(name, Payload.of(due, this.base + i / this.topics, this.size));
		}
	}

	private long awaitTurn(long start, int index) {
		long due = start + index * TimeUnit.SECONDS.toNanos(1) / this.rate;
		long left = due - System.nanoTime();
		while (left > 0) {
			LockSupport.parkNanos(left);
			left = due - System.nanoTime();
		}
		return due;
	}

}
