package io.github.ssestarter.autoconfigure;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;

/**
 * The broadcaster, before there is an engine: beans that the engine asks may have it.
 */
final class LateBroadcaster implements SseBroadcaster {

	private final Supplier<SseBroadcaster> broadcaster;

	LateBroadcaster(Supplier<SseBroadcaster> broadcaster) {
		this.broadcaster = new AtFirstUse<>(broadcaster);
	}

	@Override
	public void send(SseAudience audience, SseEvent event) {
		this.broadcaster.get().send(audience, event);
	}

	@Override
	public CompletableFuture<String> publish(SseAudience audience, SseEvent event) {
		return this.broadcaster.get().publish(audience, event);
	}

	@Override
	public void close(SseAudience audience) {
		this.broadcaster.get().close(audience);
	}

	@Override
	public void close(SseAudience audience, SseEvent farewell) {
		this.broadcaster.get().close(audience, farewell);
	}

	@Override
	public int connectedCount(SseAudience audience) {
		return this.broadcaster.get().connectedCount(audience);
	}

}
