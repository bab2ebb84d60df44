package io.github.ssestarter.fanout.testsupport;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;

/**
 * One engine of a model test, and how far it is in the log.
 */
public final class ModelNode {

	private final TestEngine engine;

	private final ModelLog log;

	private final Set<ModelConnection> connections = new LinkedHashSet<>();

	private EventId begunAt = new EventId(0, 0, "");

	private EventId heard = this.begunAt;

	private long evictedBefore;

	/** Of events that its window held when it heard another of their key. */
	private final Map<Long, Long> supersededAt = new HashMap<>();

	private boolean isPatient;

	ModelNode(TestEngine engine, ModelLog log) {
		this.engine = engine;
		this.log = log;
	}

	TestEngine engine() {
		return this.engine;
	}

	Set<ModelConnection> connections() {
		return this.connections;
	}

	/**
	 * It takes what it hears for a log that it did not know.
	 */
	void begun(EventId start) {
		this.begunAt = start;
		this.heard = start;
	}

	/**
	 * It is about to hear the next message.
	 */
	void hearing() {
		this.evictedBefore = evicted();
	}

	/**
	 * It has heard all up to a place.
	 */
	void heard(EventId id) {
		this.heard = id;
		long before = this.log.get(tail()).before();
		if (before > this.evictedBefore) {
			this.supersededAt.putIfAbsent(before, tail());
		}
	}

	/**
	 * Whether an event that its window held was superseded by one up to a position.
	 */
	boolean isSuperseded(long position, long upTo) {
		return this.supersededAt.getOrDefault(position, Long.MAX_VALUE) <= upTo;
	}

	/**
	 * Whether it reads on as long as a client is ahead of it.
	 */
	boolean isPatient() {
		return this.isPatient;
	}

	void setPatient(boolean isPatient) {
		this.isPatient = isPatient;
	}

	/**
	 * It is about to carry out an order to close.
	 */
	void closing(SseAudience audience) {
		this.connections.forEach((connection) -> connection.closing(audience));
	}

	/**
	 * The last position that it has heard.
	 */
	long tail() {
		return position(this.heard);
	}

	/**
	 * The last position that its window has lost by now.
	 */
	long evicted() {
		return position(this.engine.history().beforeOldest().id());
	}

	/**
	 * Whoever was before this position has lost something, whatever it was.
	 */
	long begunAt() {
		return position(this.begunAt);
	}

	private long position(EventId id) {
		return Objects.requireNonNull(this.log.position(id.toString()), () -> "An id that was never given: " + id);
	}

	/**
	 * Whether it has heard of a place that a client presents, or was to wait for it.
	 */
	boolean knows(String presented) {
		EventId id = EventId.parse(presented);
		return id != null && id.generation().equals(this.heard.generation())
				&& (id.compareTo(this.heard) <= 0 || this.isPatient);
	}

}
