package io.github.ssestarter.fanout.hearing;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.ssestarter.SseTopicActiveEvent;
import io.github.ssestarter.SseTopicIdleEvent;
import io.github.ssestarter.fanout.notice.Callbacks;
import io.github.ssestarter.fanout.notice.FaultLog;

/**
 * Counts the streams of this node that have joined each topic or pattern, and tells the
 * application of the first and the last.
 */
public final class TopicCounts {

	/*
	 * What is not told yet is known by the topics for which the application was told
	 * otherwise than is so: an event that still waits and its opposite cancel out.
	 */

	private final Consumer<Object> applicationEvents;

	private final Callbacks callbacks;

	private final ReentrantLock lock = new ReentrantLock();

	/** Written under the lock. */
	private final Map<String, Integer> counts = new ConcurrentHashMap<>();

	/** The topics of which the application was told otherwise. */
	@GuardedBy("this.lock")
	private final Set<String> untold = new LinkedHashSet<>();

	/** Whether a callback waits that tells of the next topic. */
	@GuardedBy("this.lock")
	private boolean isTelling;

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
					changed(topic);
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
					changed(topic);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private void changed(String topic) {
		if (!this.untold.remove(topic)) {
			this.untold.add(topic);
		}
	}

	/**
	 * Tells the application of what it was not told yet. Not under this lock, since an
	 * executor of a test may run it at once.
	 */
	public void tell() {
		this.lock.lock();
		try {
			tellNextLater();
		}
		finally {
			this.lock.unlock();
		}
		this.callbacks.start();
	}

	@GuardedBy("this.lock")
	private void tellNextLater() {
		if (!this.isTelling && !this.untold.isEmpty()) {
			this.isTelling = true;
			this.callbacks.add(this::tellNext);
		}
	}

	private void tellNext() {
		Object event = null;
		this.lock.lock();
		try {
			this.isTelling = false;
			Iterator<String> topics = this.untold.iterator();
			if (topics.hasNext()) {
				String topic = topics.next();
				topics.remove();
				event = (hasJoined(topic)) ? new SseTopicActiveEvent(topic) : new SseTopicIdleEvent(topic);
			}
			tellNextLater();
		}
		finally {
			this.lock.unlock();
		}
		if (event != null) {
			this.applicationEvents.accept(event);
		}
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
