package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

	void add(EngineStream stream) {
		this.streams.add(stream);
		this.byClient.compute(stream.clientId(), (id, before) -> {
			Set<EngineStream> set = (before != null) ? before : ConcurrentHashMap.newKeySet(1);
			set.add(stream);
			return set;
		});
	}

	void remove(EngineStream stream) {
		this.streams.remove(stream);
		this.byClient.computeIfPresent(stream.clientId(), (id, set) -> {
			set.remove(stream);
			return (set.isEmpty()) ? null : set;
		});
		if (this.streams.isEmpty()) {
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
	 * Waits until there is no stream left.
	 */
	void awaitEmpty(Duration timeout) {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (!this.streams.isEmpty() && left > 0) {
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
