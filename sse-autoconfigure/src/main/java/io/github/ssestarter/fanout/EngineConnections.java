package io.github.ssestarter.fanout;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseConnection;
import io.github.ssestarter.SseConnection.State;
import io.github.ssestarter.SseConnections;

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
			.filter((stream) -> stream.subscriber().isClosedBy(audience))
			.map(this::describe)
			.sorted(Comparator.comparing(SseConnection::since))
			.toList();
	}

	@Override
	public @Nullable SseConnection get(String clientId) {
		EngineStream stream = this.engine.streams().ofClient(clientId);
		return (stream != null) ? describe(stream) : null;
	}

	private SseConnection describe(EngineStream stream) {
		StreamRequest request = stream.request();
		Connection connection = stream.connection();
		Progress progress = (connection != null) ? connection.progress() : null;
		return new SseConnection(request.clientId(), stream.subscriber().user(), stream.subscriber().topicNames(),
				instant(stream.attachedAt()),
				instant((progress != null) ? progress.lastWrite() : stream.lastAttachedWrite()), request.address(),
				state(progress), lag(progress), stream.attachedBytes() + ((progress != null) ? progress.bytes() : 0));
	}

	private static State state(@Nullable Progress progress) {
		if (progress == null) {
			return State.ATTACHED;
		}
		return (progress.isLagging()) ? State.LAGGING : State.LIVE;
	}

	private long lag(@Nullable Progress progress) {
		return (progress != null && progress.isLagging())
				? Math.max(0, this.engine.history().tail().position() - progress.laggingAt()) : 0;
	}

	private Instant instant(long nanoTime) {
		return this.clock.instant().minus(Duration.ofNanos(Math.max(0, this.engine.nanoTime() - nanoTime)));
	}

}
