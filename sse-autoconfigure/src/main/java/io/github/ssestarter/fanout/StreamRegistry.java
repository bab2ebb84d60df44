package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The streams of this node, attached and detached, also by client id.
 */
final class StreamRegistry {

	private final Set<EngineStream> streams = ConcurrentHashMap.newKeySet();

	private final Map<String, Set<EngineStream>> byClient = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition removed = this.lock.newCondition();

	/** Those of which the application has not been told the end. */
	private final AtomicInteger untold = new AtomicInteger();

	void add(EngineStream stream) {
		this.untold.incrementAndGet();
		this.streams.add(stream);
		this.byClient.compute(stream.clientId(), (id, before) -> {
			Set<EngineStream> set = (before != null) ? before : ConcurrentHashMap.newKeySet(1);
			set.add(stream);
			return set;
		});
	}

	/**
	 * Removes a stream, once.
	 * @param tell tells the application of its end
	 */
	void remove(EngineStream stream, Runnable tell) {
		boolean isRemoved = this.streams.remove(stream);
		this.byClient.computeIfPresent(stream.clientId(), (id, set) -> {
			set.remove(stream);
			return (set.isEmpty()) ? null : set;
		});
		if (isRemoved) {
			try {
				tell.run();
			}
			finally {
				told();
			}
		}
	}

	private void told() {
		if (this.untold.decrementAndGet() == 0) {
			this.lock.lock();
			try {
				this.removed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Waits until there is no stream left, and the application has been told of the ends.
	 */
	void awaitEmpty(Duration timeout) {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (this.untold.get() > 0 && left > 0) {
				left = this.removed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	Set<EngineStream> all() {
		return this.streams;
	}

	/**
	 * A stream of a client.
	 */
	@Nullable EngineStream ofClient(String clientId) {
		Set<EngineStream> set = this.byClient.get(clientId);
		return (set != null) ? set.stream().findAny().orElse(null) : null;
	}

}
