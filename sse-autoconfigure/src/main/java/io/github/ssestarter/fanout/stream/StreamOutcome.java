package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStreamClosedEvent;
import io.github.ssestarter.SseStreamOpenedEvent;
import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.Callbacks;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.StreamLog;

/**
 * Tells the application of one stream's opening and end: once each, in this order. Who
 * waits for the end itself is told as soon as it is decided.
 */
final class StreamOutcome {

	private final EngineEnvironment environment;

	/** What the request had that opened the stream. */
	private final CallContext around;

	private final Subscription subscription;

	private final EngineListener listener;

	private final Callbacks callbacks;

	/** {@code null} for none. */
	@GuardedBy("this")
	private @Nullable List<Consumer<SseCloseReason>> onClose;

	@GuardedBy("this")
	private boolean isOpened;

	/** {@code null} until the end is told. */
	@GuardedBy("this")
	private @Nullable SseCloseReason reason;

	@GuardedBy("this")
	private boolean isClosed;

	StreamOutcome(EngineEnvironment environment, CallContext around, Subscription subscription, EngineListener listener,
			FaultLog faults) {
		this.environment = environment;
		this.around = around;
		this.subscription = subscription;
		this.listener = listener;
		this.callbacks = new Callbacks(environment.calls().callbacks(), faults);
	}

	void onClose(Consumer<SseCloseReason> callback) {
		synchronized (this) {
			SseCloseReason reason = this.reason;
			if (reason != null) {
				this.callbacks.add(() -> callback.accept(reason));
			}
			else {
				if (this.onClose == null) {
					this.onClose = new ArrayList<>(1);
				}
				this.onClose.add(callback);
			}
		}
		this.callbacks.start();
	}

	void opened() {
		synchronized (this) {
			if (this.isOpened) {
				return;
			}
			this.isOpened = true;
			publish(new SseStreamOpenedEvent(this.subscription.clientId(), this.subscription.user(),
					this.subscription.topics().open()));
		}
		this.listener.opened();
		this.callbacks.start();
	}

	/**
	 * The end is decided, and the method may still be at work.
	 */
	void closing(SseCloseReason reason) {
		tell(reason);
		this.callbacks.start();
	}

	private synchronized void tell(SseCloseReason reason) {
		if (this.reason == null) {
			this.reason = reason;
			if (this.onClose != null) {
				this.onClose.forEach((callback) -> this.callbacks.add(() -> callback.accept(reason)));
				this.onClose = null;
			}
		}
	}

	void closed(SseCloseReason reason, Duration duration) {
		boolean wasOpened;
		synchronized (this) {
			if (this.isClosed) {
				return;
			}
			this.isClosed = true;
			tell(reason);
			wasOpened = this.isOpened;
			if (wasOpened) {
				publish(new SseStreamClosedEvent(this.subscription.clientId(), this.subscription.user(),
						this.subscription.topics().open(), reason, duration));
			}
		}
		if (wasOpened) {
			this.listener.closed(reason, duration);
		}
		this.callbacks.start();
		StreamLog.ended(this.subscription.clientId(), reason, duration);
	}

	private void publish(Object event) {
		this.callbacks.add(() -> this.around.call(null, () -> {
			this.environment.applicationEvents().accept(event);
			return null;
		}));
	}

}
