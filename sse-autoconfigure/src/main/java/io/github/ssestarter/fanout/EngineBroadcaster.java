package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.hearing.Completions;
import io.github.ssestarter.fanout.hearing.JoinChecks;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.EngineListener.Publication;
import io.github.ssestarter.fanout.shard.Shards;
import io.github.ssestarter.fanout.stream.StreamContext;
import io.github.ssestarter.fanout.stream.StreamLife;
import io.github.ssestarter.fanout.stream.StreamSettings;
import io.github.ssestarter.fanout.stream.Streams;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * Hands events to the backplane, not faster than the shards hand them out.
 */
final class EngineBroadcaster implements SseBroadcaster {

	private static final Log logger = LogFactory.getLog(EngineBroadcaster.class);

	/** So many topics are completed later, if that is not possible now. */
	private static final int MAX_POSTPONED = 10_000;

	private final EngineSettings.Publish settings;

	private final StreamSettings streamSettings;

	private final SseEventFormatter formatter;

	private final Completions completions;

	private final Shards shards;

	private final Streams streams;

	private final EngineListener listener;

	private final Backplane backplane;

	/** Runs what the application does with futures. */
	private final Executor callbacks;

	private final LongSupplier nanoTime;

	private final EventNameWarning eventNames;

	/** How many events were dropped since the last that was not. */
	private final AtomicLong dropped = new AtomicLong();

	/** How many topics are to be completed, but could not be yet. */
	private final AtomicInteger postponed = new AtomicInteger();

	/** Whether what fails is no fault: the application is stopping. */
	private volatile boolean isStopped;

	EngineBroadcaster(EngineSettings settings, StreamContext context, Streams streams, Backplane backplane) {
		this.settings = settings.publish();
		this.streamSettings = settings.stream();
		this.formatter = context.formatter();
		this.completions = context.completions();
		this.shards = context.shards();
		this.streams = streams;
		this.listener = context.listener();
		this.backplane = backplane;
		this.callbacks = context.environment().calls().callbacks();
		this.nanoTime = context.environment().nanoTime();
		this.eventNames = new EventNameWarning(context.topics());
	}

	void start() {
		this.isStopped = false;
	}

	void stop() {
		this.isStopped = true;
	}

	/**
	 * Knows of no transactions.
	 */
	@Override
	public SseBroadcaster afterCommit() {
		return this;
	}

	@Override
	public void send(SseAudience audience, SseEvent event) {
		Message message = message(audience, event);
		handOver(message);
	}

	@Override
	public CompletableFuture<String> publish(SseAudience audience, SseEvent event) {
		return publish(message(audience, event));
	}

	CompletableFuture<String> publish(Message message) {
		long since = this.nanoTime.getAsLong();
		if (!this.shards.hasRoom()) {
			this.listener.published(Publication.FAILED);
			return CompletableFuture.failedFuture(backlogIsFull());
		}
		CompletableFuture<EventId> place = this.backplane.publish(message).whenComplete((id, failure) -> {
			if (failure != null) {
				this.listener.published(Publication.FAILED);
			}
			else {
				accepted(since);
			}
		});
		// What the application does then is not to hold the backplane up
		return (place.isDone()) ? place.thenApply(EventId::toString) : whenPlaced(place);
	}

	private CompletableFuture<String> whenPlaced(CompletableFuture<EventId> place) {
		CompletableFuture<String> result = new CompletableFuture<>();
		place.whenCompleteAsync((id, failure) -> {
			if (failure != null) {
				result.completeExceptionally((failure instanceof CompletionException && failure.getCause() != null)
						? failure.getCause() : failure);
			}
			else {
				result.complete(id.toString());
			}
		}, this.callbacks);
		return result;
	}

	@Override
	public void close(SseAudience audience) {
		order(closing(audience));
	}

	Message.Close closing(SseAudience audience) {
		requireLengths(audience);
		return new Message.Close(audience, new byte[0]);
	}

	@Override
	public void close(SseAudience audience, SseEvent farewell) {
		order(closing(audience, farewell));
	}

	Message.Close closing(SseAudience audience, SseEvent farewell) {
		requireLengths(audience);
		if (farewell.id() != null) {
			throw new IllegalArgumentException("The farewell has the id '" + farewell.id()
					+ "': the client would come back with it and lose its place in the log");
		}
		return new Message.Close(audience, this.formatter.format(farewell));
	}

	void order(Message.Close order) {
		handOver(order);
		// Not while the backplane has its lock
		this.streams.carryOutOrders();
	}

	@Override
	public void completeTopic(String topic) {
		complete(completion(topic));
	}

	Message.Completion completion(String topic) {
		JoinChecks.names(Set.of(topic), this.streamSettings.topics());
		return new Message.Completion(topic, false);
	}

	void complete(Message.Completion completion) {
		handOver(completion);
	}

	@Override
	public int connectedCount(SseAudience audience) {
		int count = 0;
		for (StreamLife stream : this.streams.all()) {
			if (stream.isDetached() && audience.includes(stream.subscription())) {
				count++;
			}
		}
		return count;
	}

	private void requireLengths(SseAudience audience) {
		for (SseAudience.Key key : audience.mentioned()) {
			if (key.kind() == SseAudience.Kind.TOPIC) {
				JoinChecks.requireLength(key.name(), this.streamSettings.topics());
			}
		}
	}

	Message message(SseAudience audience, SseEvent event) {
		try {
			return validMessage(audience, event);
		}
		catch (RuntimeException ex) {
			this.listener.published(Publication.REFUSED);
			throw ex;
		}
	}

	private Message validMessage(SseAudience audience, SseEvent event) {
		requireLengths(audience);
		SseAudience.Kind kind = audience.keys().iterator().next().kind();
		if (kind.compareTo(this.settings.widestAudience()) < 0) {
			throw new IllegalArgumentException(
					"The audience " + audience + " is wider than sse.publish.widest-audience allows ("
							+ this.settings.widestAudience() + "): narrow it with and(…), or widen the property");
		}
		requireIncomplete(audience, kind);
		String id = event.id();
		if (id != null) {
			if (id.isEmpty()) {
				throw new IllegalArgumentException("The event '" + event.name()
						+ "' has an empty id, which would make every client forget its place in the log");
			}
			this.streamSettings.requireOwnId(id);
		}
		byte[] body = this.formatter.formatBody(event);
		if (kind == SseAudience.Kind.EVERYONE) {
			this.eventNames.sentToEveryone(event.name());
		}
		return new Message.Event(audience, body, id, event.key());
	}

	private void requireIncomplete(SseAudience audience, SseAudience.Kind kind) {
		if (kind == SseAudience.Kind.TOPIC && !this.completions.isEmpty()) {
			Set<String> topics = audience.keys().stream().map(SseAudience.Key::name).collect(Collectors.toSet());
			if (this.completions.ofAll(topics) != null) {
				throw new IllegalStateException("Nothing is sent to " + audience
						+ " any more: it was completed, by completeTopic(…) or as the topic of a run that has ended."
						+ " What begins anew needs a topic of its own");
			}
		}
	}

	void handOver(Message message) {
		Duration timeout = this.settings.timeout();
		long since = this.nanoTime.getAsLong();
		if (!this.shards.awaitRoom(timeout)) {
			dropped(message, backlogIsFull());
			return;
		}
		// If there is none after all, publishing tells why
		this.backplane.awaitRoom(timeout.minusNanos(this.nanoTime.getAsLong() - since));
		this.backplane.publish(message).whenComplete((id, failure) -> {
			if (failure != null) {
				notSent(message, failure);
				return;
			}
			if (message instanceof Message.Event) {
				accepted(since);
			}
			if (this.dropped.get() > 0) {
				logger.info("Events are accepted again; " + this.dropped.getAndSet(0) + " were dropped");
			}
		});
	}

	private void accepted(long since) {
		this.listener.published(Publication.ACCEPTED);
		this.listener.placed(this.nanoTime.getAsLong() - since);
	}

	private void publishedNot(Message message) {
		if (message instanceof Message.Event) {
			this.listener.published(Publication.DROPPED);
		}
	}

	private void notSent(Message message, Throwable cause) {
		if (this.isStopped) {
			publishedNot(message);
			logger.debug("An event was not sent: the application is stopping");
		}
		else {
			dropped(message, cause);
		}
	}

	private void dropped(Message message, Throwable cause) {
		if (message instanceof Message.Completion && this.postponed.get() < MAX_POSTPONED) {
			this.postponed.incrementAndGet();
			CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, this.callbacks)
				.execute(() -> completeAgain(message));
			return;
		}
		publishedNot(message);
		if (this.dropped.getAndIncrement() == 0) {
			logger.error("An event was dropped, and all are until this is over: " + cause.getMessage(), cause);
		}
	}

	/**
	 * Streams would wait for ever for an end that was dropped.
	 */
	private void completeAgain(Message completion) {
		this.postponed.decrementAndGet();
		this.backplane.publish(completion).whenComplete((id, failure) -> {
			if (failure != null) {
				notSent(completion, failure);
			}
		});
	}

	private SsePublishException backlogIsFull() {
		return new SsePublishException("The engine's backlog is full: events are published faster than "
				+ "this machine can hand them out (sse.publish.timeout is " + this.settings.timeout() + ")");
	}

}
