package io.github.ssestarter.backplane;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SsePublishException;

/**
 * The backplane of a single node: the order is that of a lock.
 *
 * @since 0.1.0
 */
public final class LocalBackplane implements Backplane {

	private final ReentrantLock lock = new ReentrantLock();

	private final InstantSource clock;

	@GuardedBy("this.lock")
	private EventId last;

	@GuardedBy("this.lock")
	private @Nullable Receiver receiver;

	/**
	 * Creates a backplane with a generation of its own.
	 * @param clock gives ids their time
	 * @param random gives the generation
	 */
	public LocalBackplane(InstantSource clock, RandomGenerator random) {
		this.clock = clock;
		this.last = new EventId(clock.millis(), 0, EventId.newGeneration(random));
	}

	@Override
	public void start(Receiver receiver) {
		this.lock.lock();
		try {
			receiver.begin(this.last);
			this.receiver = receiver;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void stop() {
		this.lock.lock();
		try {
			this.receiver = null;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public CompletableFuture<EventId> publish(Message message) {
		this.lock.lock();
		try {
			Receiver receiver = this.receiver;
			if (receiver == null) {
				return CompletableFuture.failedFuture(new SsePublishException(
						"The event was not sent: the application has not started yet, or is shutting down"));
			}
			this.last = this.last.next(this.clock.millis());
			receiver.receive(this.last, message);
			return CompletableFuture.completedFuture(this.last);
		}
		finally {
			this.lock.unlock();
		}
	}

}
