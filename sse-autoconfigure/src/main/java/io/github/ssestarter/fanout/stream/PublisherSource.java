package io.github.ssestarter.fanout.stream;

import java.util.Objects;
import java.util.concurrent.Flow;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseClosedException;

/**
 * Asks a publisher for one item at a time, each once there was room for the one before.
 */
final class PublisherSource implements Source, Flow.Subscriber<Object> {

	private final Outlet outlet;

	private final Flow.Publisher<?> publisher;

	@GuardedBy("this")
	private Flow.@Nullable Subscription subscription;

	/** There was no room for it; {@code null} for none. */
	@GuardedBy("this")
	private @Nullable Frame waiting;

	/** Whether the publisher yields nothing more. */
	@GuardedBy("this")
	private boolean hasEnded;

	@GuardedBy("this")
	private @Nullable Throwable failure;

	@GuardedBy("this")
	private boolean isCancelled;

	PublisherSource(Outlet outlet, Flow.Publisher<?> publisher) {
		this.outlet = outlet;
		this.publisher = publisher;
	}

	@Override
	public void start() {
		synchronized (this) {
			if (this.isCancelled) {
				return;
			}
		}
		try {
			this.publisher.subscribe(this);
		}
		catch (RuntimeException | Error ex) {
			onError(ex);
		}
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		synchronized (this) {
			if (this.subscription == null) {
				this.subscription = subscription;
			}
		}
		request(subscription);
	}

	private void request(Flow.Subscription subscription) {
		boolean isOurs;
		synchronized (this) {
			isOurs = this.subscription == subscription && !this.isCancelled;
		}
		if (isOurs) {
			subscription.request(1);
		}
		else {
			subscription.cancel();
		}
	}

	@Override
	public void onNext(Object item) {
		Objects.requireNonNull(item, "An item");
		try {
			send(this.outlet.frame(item));
		}
		catch (SseClosedException ex) {
			cancel();
		}
		catch (RuntimeException | Error ex) {
			cancel();
			onError(ex);
		}
	}

	private void send(Frame frame) {
		if (this.outlet.offer(frame)) {
			requestNext();
			return;
		}
		synchronized (this) {
			this.waiting = frame;
		}
		this.outlet.whenRoom(this::sendWaiting);
	}

	private void requestNext() {
		Flow.Subscription subscription;
		synchronized (this) {
			subscription = (this.hasEnded) ? null : this.subscription;
		}
		if (subscription != null) {
			request(subscription);
		}
	}

	private void sendWaiting() {
		Frame frame;
		synchronized (this) {
			frame = Objects.requireNonNull(this.waiting, "Nothing waits");
		}
		try {
			if (!this.outlet.offer(frame)) {
				this.outlet.whenRoom(this::sendWaiting);
				return;
			}
		}
		catch (SseClosedException ex) {
			cancel();
			return;
		}
		sentWaiting();
	}

	private void sentWaiting() {
		boolean hasEnded;
		Throwable failure;
		synchronized (this) {
			this.waiting = null;
			hasEnded = this.hasEnded;
			failure = this.failure;
		}
		if (hasEnded) {
			this.outlet.ended(failure);
		}
		else {
			requestNext();
		}
	}

	@Override
	public void onError(Throwable failure) {
		ended(failure);
	}

	@Override
	public void onComplete() {
		ended(null);
	}

	/**
	 * What waits is sent before.
	 */
	private void ended(@Nullable Throwable failure) {
		synchronized (this) {
			if (this.hasEnded) {
				return;
			}
			this.hasEnded = true;
			this.failure = failure;
			if (this.waiting != null) {
				return;
			}
		}
		this.outlet.ended(failure);
	}

	@Override
	public void cancel() {
		Flow.Subscription subscription;
		synchronized (this) {
			this.isCancelled = true;
			subscription = this.subscription;
		}
		if (subscription != null) {
			subscription.cancel();
		}
	}

}
