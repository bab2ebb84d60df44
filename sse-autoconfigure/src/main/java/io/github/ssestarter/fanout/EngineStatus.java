package io.github.ssestarter.fanout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseConnection;
import io.github.ssestarter.backplane.BackplaneStatus;
import io.github.ssestarter.backplane.EventId;

/**
 * How an engine stands: figures of the moment, each looked up when it is asked for.
 *
 * @since 0.1.0
 */
public final class EngineStatus {

	private final SseEngine engine;

	/**
	 * Shows how an engine stands.
	 * @param engine the engine
	 */
	public EngineStatus(SseEngine engine) {
		this.engine = engine;
	}

	/**
	 * The streams of this node.
	 * @return how many there are, attached and detached
	 */
	public int streams() {
		return this.engine.streams().all().size();
	}

	/**
	 * The streams of this node that are written to in one way. Looks at each stream.
	 * @param transport the way
	 * @return how many there are, attached and detached
	 */
	public long streams(SseConnection.Transport transport) {
		return this.engine.streams().all().stream().filter((stream) -> stream.transport() == transport).count();
	}

	/**
	 * The streams whose controller method runs.
	 * @return how many there are
	 */
	public long attached() {
		return this.engine.streams().attached().size();
	}

	/**
	 * The streams that are behind. Looks at each stream.
	 * @return how many there are
	 */
	public long lagging() {
		return this.engine.streams()
			.all()
			.stream()
			.filter((stream) -> stream.isDetached() && stream.progress().isLagging())
			.count();
	}

	/**
	 * The topics that streams of this node have joined, and the patterns.
	 * @return how many streams have joined each, in alphabetical order
	 */
	public Map<String, Integer> topics() {
		return this.engine.topics().counts();
	}

	/**
	 * The events in this node's history.
	 * @return how many are held
	 */
	public long historyEvents() {
		return this.engine.history().count();
	}

	/**
	 * The size of this node's history.
	 * @return how many bytes its events have
	 */
	public long historyBytes() {
		return this.engine.history().bytes();
	}

	/**
	 * How far the slowest shard is behind the log.
	 * @return how many events it has still to hand out
	 */
	public long backlog() {
		return this.engine.shards().backlog();
	}

	/**
	 * Whether the streams are asked to end, since the application is stopping.
	 * @return whether no stream is taken any more
	 */
	public boolean isDraining() {
		return this.engine.streams().isDraining();
	}

	/**
	 * Why the backplane brings no events now.
	 * @return the failure, {@code null} while it works
	 */
	public @Nullable Throwable backplaneFailure() {
		return this.engine.backplane().failure();
	}

	/**
	 * How the backplane stands on this node.
	 * @return what it knows without asking anybody
	 */
	public BackplaneStatus backplane() {
		return this.engine.backplane().status();
	}

	/**
	 * When the backplane has looked how the log stands.
	 * @return the moment, {@code null} if it never did, or need not
	 */
	public @Nullable Instant lastCheck() {
		Duration sinceCheck = backplane().sinceCheck();
		return (sinceCheck != null) ? this.engine.context().environment().clock().instant().minus(sinceCheck) : null;
	}

	/**
	 * The last position of the log that this node has in its history.
	 * @return the id, of no generation if no log is known yet
	 */
	public EventId position() {
		return this.engine.history().tail().id();
	}

	/**
	 * The newest gaps in the log of this node, of which all of its streams were told.
	 * @return at most 20, the newest first
	 */
	public List<LogGap> gaps() {
		return this.engine.gaps().newestFirst();
	}

	/**
	 * The shards that should have turned and have not: one that has streams turns at
	 * least every second.
	 * @param limit for how long they have not
	 * @return the names of their threads
	 */
	public List<String> stalledShards(Duration limit) {
		return this.engine.shards().stalled(this.engine.nanoTime(), limit);
	}

}
