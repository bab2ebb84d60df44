package io.github.ssestarter.fanout.testsupport;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.history.HistoryWindow;

/**
 * One engine of a model test, and how far it is in the log.
 */
public final class ModelNode {

	private final TestEngine engine;

	private final ModelLog log;

	private final Set<ModelConnection> connections = new LinkedHashSet<>();

	private EventId begunAt = new EventId(0, 0, "");

	private EventId heard = this.begunAt;

	/** What it holds, and where that stands in its history. */
	private final Map<Long, Long> held = new LinkedHashMap<>();

	/** What it held and does not any more, unless it was superseded before. */
	private final NavigableSet<Long> lost = new TreeSet<>();

	/** The newest event of each audience and key. */
	private final Map<List<@Nullable Object>, Long> keys = new HashMap<>();

	/** Of events that it held when it heard another of their key. */
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
		evict();
	}

	/**
	 * It has heard all up to a place.
	 */
	void heard(EventId id) {
		this.heard = id;
		ModelLog.Entry entry = this.log.get(tail());
		if (entry.audience() != null && entry.id().equals(id.toString())) {
			this.held.put(tail(), this.engine.history().tail().position());
			if (entry.key() != null || isLatestKept(entry.audience())) {
				Long before = this.keys.put(Arrays.asList(entry.audience(), entry.key()), tail());
				if (before != null && this.held.containsKey(before)) {
					this.supersededAt.put(before, tail());
				}
			}
		}
	}

	/**
	 * An event is in the first window that is for any of its topics.
	 */
	private boolean isLatestKept(SseAudience audience) {
		return this.engine.windows.stream()
			.filter((window) -> audience.keys()
				.stream()
				.anyMatch((key) -> key.kind() == SseAudience.Kind.TOPIC && window.topics().test(key.name())))
			.findFirst()
			.map(HistoryWindow::isLatestKept)
			.orElse(false);
	}

	/**
	 * Sees what it holds no more.
	 */
	void evict() {
		this.held.entrySet().removeIf((held) -> {
			boolean isEvicted = this.engine.history().get(held.getValue()) == null;
			if (isEvicted && !this.supersededAt.containsKey(held.getKey())) {
				this.lost.add(held.getKey());
			}
			return isEvicted;
		});
	}

	boolean isHeld(long position) {
		return this.held.containsKey(position);
	}

	/**
	 * What it held, and lost by now.
	 */
	NavigableSet<Long> lost() {
		evict();
		return this.lost;
	}

	/**
	 * Whether what was lost may stand behind what is held: it has several windows.
	 */
	boolean isMerged() {
		return !this.engine.windows.isEmpty();
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
