package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;

/**
 * Tells the application of one stream's opening and end: once each, in this order, on the
 * application's executor.
 */
final class StreamOutcome {

	private final EngineEnvironment environment;

	private final Subscriber subscriber;

	private final Callbacks callbacks;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. Nothing is called while it is held. */
	private final List<Consumer<SseCloseReason>> onClose = new ArrayList<>(1);

	/** Guarded by the lock. */
	private boolean isOpened;

	/** Guarded by the lock. */
	private @Nullable SseCloseReason reason;

	StreamOutcome(EngineEnvironment environment, Subscriber subscriber) {
		this.environment = environment;
		this.subscriber = subscriber;
		this.callbacks = new Callbacks(environment.callbacks());
	}

	void onClose(Consumer<SseCloseReason> callback) {
		this.lock.lock();
		try {
			SseCloseReason reason = this.reason;
			if (reason == null) {
				this.onClose.add(callback);
			}
			else {
				this.callbacks.run(() -> callback.accept(reason));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void opened() {
		this.lock.lock();
		try {
			if (!this.isOpened) {
				this.isOpened = true;
				publish(new SseStreamOpenedEvent(this.subscriber.clientId(), this.subscriber.user(),
						this.subscriber.topicNames()));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void closed(SseCloseReason reason, Duration duration) {
		this.lock.lock();
		try {
			if (this.reason != null) {
				return;
			}
			this.reason = reason;
			for (Consumer<SseCloseReason> callback : this.onClose) {
				this.callbacks.run(() -> callback.accept(reason));
			}
			this.onClose.clear();
			if (this.isOpened) {
				Set<String> topics = this.subscriber.topicNames();
				publish(new SseStreamClosedEvent(this.subscriber.clientId(), this.subscriber.user(), topics, reason,
						duration));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void publish(Object event) {
		this.callbacks.run(() -> this.environment.applicationEvents().accept(event));
	}

}
