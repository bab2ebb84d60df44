package io.github.ssestarter.fanout;

import java.util.concurrent.CompletableFuture;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Message;

/**
 * Makes messages at once, and hands them over when the transaction is committed.
 */
final class CommitBroadcaster implements SseBroadcaster {

	private final EngineBroadcaster broadcaster;

	private final Commits commits;

	CommitBroadcaster(EngineBroadcaster broadcaster, Commits commits) {
		this.broadcaster = broadcaster;
		this.commits = commits;
	}

	@Override
	public SseBroadcaster afterCommit() {
		return this;
	}

	@Override
	public void send(SseAudience audience, SseEvent event) {
		Message message = this.broadcaster.message(audience, event);
		whenCommitted(() -> this.broadcaster.handOver(message));
	}

	@Override
	public CompletableFuture<String> publish(SseAudience audience, SseEvent event) {
		Message message = this.broadcaster.message(audience, event);
		CompletableFuture<String> result = new CompletableFuture<>();
		this.commits.whenEnded(() -> this.broadcaster.publish(message).whenComplete((id, failure) -> {
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(id);
			}
		}), () -> result
			.completeExceptionally(new SsePublishException("The transaction in which it was sent was not committed")));
		return result;
	}

	@Override
	public void close(SseAudience audience) {
		Message.Close order = this.broadcaster.closing(audience);
		whenCommitted(() -> this.broadcaster.order(order));
	}

	@Override
	public void close(SseAudience audience, SseEvent farewell) {
		Message.Close order = this.broadcaster.closing(audience, farewell);
		whenCommitted(() -> this.broadcaster.order(order));
	}

	@Override
	public void completeTopic(String topic) {
		Message.Completion completion = this.broadcaster.completion(topic);
		whenCommitted(() -> this.broadcaster.complete(completion));
	}

	private void whenCommitted(Runnable action) {
		this.commits.whenEnded(action, () -> {
		});
	}

	@Override
	public int connectedCount(SseAudience audience) {
		return this.broadcaster.connectedCount(audience);
	}

}
