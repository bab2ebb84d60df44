package io.github.ssestarter.fanout;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnection.State;
import io.github.ssestarter.SseConnections;
import io.github.ssestarter.SseNodeException;
import io.github.ssestarter.fanout.hearing.ListenerAt;
import io.github.ssestarter.fanout.shard.Progress;
import io.github.ssestarter.fanout.stream.StreamLife;
import io.github.ssestarter.fanout.stream.StreamRequest;
import io.github.ssestarter.history.LogTime;

/**
 * Shows the streams of an engine.
 *
 * @since 0.1.0
 */
public final class EngineConnections implements SseConnections {

	private final SseEngine engine;

	private final InstantSource clock;

	/**
	 * Shows an engine's streams.
	 * @param engine the engine
	 * @param clock tells the time
	 */
	public EngineConnections(SseEngine engine, InstantSource clock) {
		this.engine = engine;
		this.clock = clock;
	}

	@Override
	public Set<String> topics() {
		return this.engine.topics().topics();
	}

	@Override
	public List<SseConnection> find(SseAudience audience) {
		return this.engine.streams()
			.all()
			.stream()
			.filter((stream) -> new ListenerAt().isClosed(stream.subscription(), audience, LogTime.NOW))
			.sorted(Comparator.comparingLong(StreamLife::attachedAt))
			.map(this::describe)
			.toList();
	}

	@Override
	public int countOfAllNodes() {
		return this.engine.streams().openCount() + this.engine.registry().elsewhere();
	}

	/**
	 * Whoever waits for it in a callback keeps a thread from the callbacks, by one of
	 * which it would be completed.
	 */
	@Override
	public CompletableFuture<Boolean> isOnline(String user) {
		CompletableFuture<Boolean> answer = this.engine.registry()
			.isOnline(user)
			.handle((isOnline, failure) -> orFail(isOnline, failure));
		return (answer.isDone()) ? answer : answer.whenCompleteAsync((isOnline, failure) -> {
		}, this.engine.context().environment().calls().callbacks())
			.orTimeout(ClusterClients.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	private static Boolean orFail(Boolean isOnline, @Nullable Throwable failure) {
		if (failure != null) {
			throw new SseNodeException(
					"It cannot be found out whether a user has a stream on another node: " + failure.getMessage(),
					failure);
		}
		return isOnline;
	}

	@Override
	public @Nullable SseConnection get(String clientId) {
		StreamLife stream = this.engine.streams().ofClient(clientId);
		return (stream != null) ? describe(stream) : null;
	}

	private SseConnection describe(StreamLife stream) {
		StreamRequest request = stream.request();
		Progress progress = stream.progress();
		State state = state(stream);
		long lag = (state == State.LAGGING) ? this.engine.history().tail().position() - progress.laggingAt() : 0;
		return new SseConnection(request.clientId(), stream.subscription().user(),
				stream.subscription().topics().open(), instant(stream.attachedAt()), instant(progress.lastWrite()),
				request.address(), state, Math.max(0, lag), progress.bytes(), stream.transport());
	}

	private static State state(StreamLife stream) {
		if (stream.isAttached()) {
			return State.ATTACHED;
		}
		return (stream.progress().isLagging()) ? State.LAGGING : State.LIVE;
	}

	private Instant instant(long nanoTime) {
		return this.clock.instant().minus(Duration.ofNanos(Math.max(0, this.engine.nanoTime() - nanoTime)));
	}

}
