package io.github.ssestarter.fanout.hearing;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicIdleEvent;
import io.github.ssestarter.fanout.notice.Callbacks;
import io.github.ssestarter.fanout.notice.FaultLog;

/**
 * Counts the streams of this node that have joined each topic or pattern, and tells the
 * application of the first and the last.
 */
public final class TopicCounts {

	private final Consumer<Object> applicationEvents;

	private final Callbacks callbacks;

	private final ReentrantLock lock = new ReentrantLock();

	/** Changed under the lock, so that what is told is in the order of the changes. */
	private final Map<String, Integer> counts = new ConcurrentHashMap<>();

	/**
	 * Counts nothing yet.
	 * @param executor runs what tells the application
	 * @param applicationEvents takes what it is told
	 */
	public TopicCounts(Executor executor, Consumer<Object> applicationEvents, FaultLog faults) {
		this.applicationEvents = applicationEvents;
		this.callbacks = new Callbacks(executor, faults);
	}

	/**
	 * A stream has joined. The application is told with {@link #tell()}.
	 */
	void joined(Collection<String> topics) {
		this.lock.lock();
		try {
			for (String topic : topics) {
				if (this.counts.merge(topic, 1, Integer::sum) == 1) {
					add(new SseTopicActiveEvent(topic));
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A stream has left. The application is told with {@link #tell()}.
	 */
	void left(Collection<String> topics) {
		this.lock.lock();
		try {
			for (String topic : topics) {
				if (this.counts.computeIfPresent(topic, (name, count) -> (count > 1) ? count - 1 : null) == null) {
					add(new SseTopicIdleEvent(topic));
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(Object event) {
		this.callbacks.add(() -> this.applicationEvents.accept(event));
	}

	/**
	 * Tells the application of what it was not told yet. Without any lock, since an
	 * executor may run it at once.
	 */
	public void tell() {
		this.callbacks.start();
	}

	/**
	 * How many streams have joined each topic and pattern, in alphabetical order.
	 */
	public Map<String, Integer> counts() {
		return new TreeMap<>(this.counts);
	}

	/**
	 * Whether a stream of this node has joined a topic, or a pattern, of this name.
	 */
	public boolean hasJoined(String topic) {
		return this.counts.containsKey(topic);
	}

	public Set<String> topics() {
		return new TreeSet<>(this.counts.keySet());
	}

}
