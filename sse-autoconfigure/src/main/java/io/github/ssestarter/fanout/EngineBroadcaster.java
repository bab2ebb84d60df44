package io.github.ssestarter.fanout;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * Hands events to the backplane, not faster than the shards hand them out.
 */
final class EngineBroadcaster implements SseBroadcaster {

	private static final Log logger = LogFactory.getLog(EngineBroadcaster.class);

	private final EngineSettings.Publish settings;

	private final EngineSettings.Limits limits;

	private final SseEventFormatter formatter;

	private final Backplane backplane;

	private final Backlog backlog;

	private final StreamRegistry streams;

	private final BooleanSupplier isStopped;

	/** How many events were dropped since the last that was not. */
	private final AtomicLong dropped = new AtomicLong();

	EngineBroadcaster(EngineSettings settings, SseEventFormatter formatter, Backplane backplane, Backlog backlog,
			StreamRegistry streams, BooleanSupplier isStopped) {
		this.settings = settings.publish();
		this.limits = settings.limits();
		this.formatter = formatter;
		this.backplane = backplane;
		this.backlog = backlog;
		this.streams = streams;
		this.isStopped = isStopped;
	}

	@Override
	public void send(SseAudience audience, SseEvent event) {
		Message message = message(audience, event);
		if (!this.backlog.await(this.settings.timeout())) {
			dropped(backlogIsFull());
			return;
		}
		handOver(message);
	}

	@Override
	public CompletableFuture<String> publish(SseAudience audience, SseEvent event) {
		Message message = message(audience, event);
		if (!this.backlog.hasRoom()) {
			return CompletableFuture.failedFuture(backlogIsFull());
		}
		return this.backplane.publish(message).thenApply(EventId::toString);
	}

	@Override
	public void close(SseAudience audience) {
		requireLengths(audience);
		handOver(new Message.Close(audience, new byte[0]));
	}

	@Override
	public void close(SseAudience audience, SseEvent farewell) {
		requireLengths(audience);
		if (farewell.id() != null) {
			throw new IllegalArgumentException("The farewell has the id '" + farewell.id()
					+ "': the client would come back with it and lose its place in the log");
		}
		handOver(new Message.Close(audience, this.formatter.format(farewell)));
	}

	@Override
	public int connectedCount(SseAudience audience) {
		int count = 0;
		for (EngineStream stream : this.streams.all()) {
			if (stream.isDetached() && audience.includes(stream.subscriber())) {
				count++;
			}
		}
		return count;
	}

	private void requireLengths(SseAudience audience) {
		for (SseAudience.Key key : audience.keys()) {
			if (key.kind() == SseAudience.Kind.TOPIC) {
				JoinChecks.requireLength(key.name(), this.limits);
			}
		}
	}

	private Message message(SseAudience audience, SseEvent event) {
		requireLengths(audience);
		SseAudience.Kind kind = audience.keys().iterator().next().kind();
		if (kind.compareTo(this.settings.widestAudience()) < 0) {
			throw new IllegalArgumentException(
					"The audience " + audience + " is wider than sse.publish.widest-audience allows ("
							+ this.settings.widestAudience() + "): narrow it with and(…), or widen the property");
		}
		String id = event.id();
		if (id != null) {
			if (id.isEmpty()) {
				throw new IllegalArgumentException("The event '" + event.name()
						+ "' has an empty id, which would make every client forget its place in the log");
			}
			OwnIds.requireForeign(id);
		}
		return new Message.Event(audience, this.formatter.formatBody(event), id);
	}

	private void handOver(Message message) {
		this.backplane.publish(message).whenComplete((id, failure) -> {
			if (failure != null && this.isStopped.getAsBoolean()) {
				logger.debug("An event was not sent: the application is stopping");
			}
			else if (failure != null) {
				dropped(failure);
			}
			else if (this.dropped.get() > 0) {
				logger.info("Events are accepted again; " + this.dropped.getAndSet(0) + " were dropped");
			}
		});
	}

	private void dropped(Throwable cause) {
		if (this.dropped.getAndIncrement() == 0) {
			logger.error("An event was dropped, and all are until this is over: " + cause.getMessage(), cause);
		}
	}

	private SsePublishException backlogIsFull() {
		return new SsePublishException("The engine's backlog is full: events are published faster than "
				+ "this machine can hand them out (sse.publish.timeout is " + this.settings.timeout() + ")");
	}

}
