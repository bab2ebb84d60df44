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

	private final Set<RegisteredStream> streams = ConcurrentHashMap.newKeySet();

	/** The open stream of each client. */
	private final Map<String, RegisteredStream> byClient = new ConcurrentHashMap<>();

	private final SessionStreams sessions = new SessionStreams();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition removed = this.lock.newCondition();

	/** Counts those of which the application has not been told the end. */
	private final AtomicInteger untold = new AtomicInteger();

	/** Those with which the container is not done: open, or just ended. */
	private final Set<RegisteredStream> unfinished = ConcurrentHashMap.newKeySet();

	void add(RegisteredStream stream) {
		this.untold.incrementAndGet();
		this.unfinished.add(stream);
		this.streams.add(stream);
		this.sessions.add(stream);
	}

	/**
	 * Makes a stream its client's one.
	 * @return the one that was it before, {@code null} for none
	 */
	@Nullable RegisteredStream claim(RegisteredStream stream) {
		RegisteredStream before = this.byClient.put(stream.clientId(), stream);
		return (before != stream) ? before : null;
	}

	/**
	 * Makes a stream its client's one, unless it has one that is open.
	 * @return whether it had none
	 */
	boolean claimFree(RegisteredStream stream) {
		return this.byClient.compute(stream.clientId(),
				(id, before) -> (before != null && before.isOpen()) ? before : stream) == stream;
	}

	/**
	 * Removes a stream, once.
	 * @param tell tells the application of its end
	 */
	void remove(RegisteredStream stream, Runnable tell) {
		boolean isRemoved = this.streams.remove(stream);
		this.sessions.remove(stream);
		this.byClient.remove(stream.clientId(), stream);
		if (isRemoved) {
			try {
				tell.run();
			}
			finally {
				this.untold.decrementAndGet();
				signalIfEmpty();
			}
		}
	}

	/**
	 * The container is done with a stream.
	 */
	void finished(RegisteredStream stream) {
		this.unfinished.remove(stream);
		signalIfEmpty();
	}

	private boolean isEmpty() {
		return this.untold.get() == 0 && this.unfinished.isEmpty();
	}

	private void signalIfEmpty() {
		if (isEmpty()) {
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
	 * Waits until there is no stream left, the application has been told of the ends, and
	 * the container has written them.
	 */
	void awaitEmpty(Duration timeout) {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (!isEmpty() && left > 0) {
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

	SessionStreams sessions() {
		return this.sessions;
	}

	Set<RegisteredStream> all() {
		return this.streams;
	}

	/**
	 * Those with which the container is not done, though they may have ended.
	 */
	Set<RegisteredStream> unfinished() {
		return this.unfinished;
	}

	/**
	 * The open stream of a client.
	 */
	@Nullable RegisteredStream ofClient(String clientId) {
		return this.byClient.get(clientId);
	}

}
