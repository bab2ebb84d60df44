package io.github.ssestarter.benchmarks.server;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Streams with a thread each, which sends at its own turns: as the tokens of a model come
 * to the method that asked for them.
 */
class Turns {

	private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

	private static final long POLL = TimeUnit.MILLISECONDS.toNanos(5);

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

	private final Set<BlockingQueue<Work>> streams = ConcurrentHashMap.newKeySet();

	/**
	 * Sends what a topic has in each order to come, on the calling thread. Does not
	 * return while the client is there.
	 * @param topic the topic, of which there is one stream
	 * @param publisher sends to the stream
	 */
	void follow(String topic, TopicPublisher publisher) throws Exception {
		int number = Integer.parseInt(topic.substring(1));
		BlockingQueue<Work> works = new LinkedBlockingQueue<>();
		this.streams.add(works);
		try {
			while (true) {
				works.take().execute(number, publisher);
			}
		}
		finally {
			this.streams.remove(works);
		}
	}

	/**
	 * Has all streams send, and waits until they have. Waits for streams that are about
	 * to come.
	 * @param order what they send, with a stream for each topic
	 * @return how long it took, in nanoseconds
	 */
	long execute(PublishOrder order) throws InterruptedException {
		awaitStreams(order.topics());
		Work work = new Work(order, System.nanoTime() + LEAD, new CountDownLatch(order.topics()));
		this.streams.forEach((works) -> works.add(work));
		if (!work.done().await(LONGEST, TimeUnit.NANOSECONDS)) {
			throw new IllegalStateException("Still waiting for " + work.done().getCount() + " streams");
		}
		return System.nanoTime() - work.start();
	}

	private void awaitStreams(int expected) {
		long deadline = System.nanoTime() + PATIENCE;
		while (this.streams.size() < expected) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(this.streams.size() + " streams, not " + expected);
			}
			LockSupport.parkNanos(POLL);
		}
	}

	/**
	 * An order under way.
	 *
	 * @param order what to send
	 * @param start when it begins
	 * @param done counted down by each stream
	 */
	private record Work(PublishOrder order, long start, CountDownLatch done) {

		void execute(int topic, TopicPublisher publisher) throws Exception {
			try {
				this.order.executeTopic(topic, this.start, publisher);
			}
			finally {
				this.done.countDown();
			}
		}

	}

}
