package io.github.ssestarter.autoconfigure;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.fanout.Commits;
import io.github.ssestarter.fanout.SseEngine;

/**
 * The broadcaster, before there is an engine: beans that the engine asks may have it.
 */
final class LateBroadcaster implements SseBroadcaster {

	private final Supplier<SseBroadcaster> broadcaster;

	private final @Nullable SseBroadcaster afterCommit;

	LateBroadcaster(Supplier<SseEngine> engine, Commits commits) {
		this(() -> engine.get().broadcaster(), new LateBroadcaster(() -> engine.get().afterCommit(commits), null));
	}

	private LateBroadcaster(Supplier<SseBroadcaster> broadcaster, @Nullable LateBroadcaster afterCommit) {
		this.broadcaster = new AtFirstUse<>(broadcaster);
		this.afterCommit = afterCommit;
	}

	@Override
	public SseBroadcaster afterCommit() {
		return (this.afterCommit != null) ? this.afterCommit : this;
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
	public void completeTopic(String topic) {
		this.broadcaster.get().completeTopic(topic);
	}

	@Override
	public int connectedCount(SseAudience audience) {
		return this.broadcaster.get().connectedCount(audience);
	}

}
