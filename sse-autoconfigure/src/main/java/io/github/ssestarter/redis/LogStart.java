package io.github.ssestarter.redis;

import java.util.List;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.EventId;

/**
 * Where a node begins to read a log, be it an old one or one that it begins itself.
 */
final class LogStart {

	/** So far back it is looked for what the node has heard. */
	private static final int MAX_PAGES_BACK = 20;

	private final Delivery delivery;

	private final RandomGenerator random;

	LogStart(Delivery delivery, RandomGenerator random) {
		this.delivery = delivery;
		this.random = random;
	}

	/**
	 * Begins a log, unless another node has.
	 * @param broken the generation that is to end, {@code null} if there was no log
	 * @param first what the ids of the log are to be greater than
	 * @return how the log stands
	 */
	LogState create(RedisLog log, @Nullable String broken, LogId first) {
		log.create(EventId.newGeneration(this.random), broken, first);
		LogState state = log.state();
		if (state.generation() == null) {
			throw new RedisErrorException("The log that was just begun is not there", null);
		}
		return state;
	}

	/**
	 * The beginning of what a log holds.
	 */
	static LogPlace of(LogState state) {
		LogId first = state.first();
		return new LogPlace(generation(state), (first != null) ? first.before() : state.last(), null);
	}

	/**
	 * The last message of a log that this node has heard, in whatever log that was; the
	 * beginning if it has heard none.
	 */
	LogPlace afterHeard(RedisLog log, LogState state) {
		LogPlace heard = lastHeard(log, generation(state));
		return (heard != null) ? heard : of(state);
	}

	private @Nullable LogPlace lastHeard(RedisLog log, String generation) {
		LogEntry oldest = null;
		for (int page = 0; page < MAX_PAGES_BACK; page++) {
			List<LogEntry> entries = log.reverse((oldest != null) ? oldest.id() : null, LogReader.PAGE);
			for (LogEntry entry : entries) {
				if (this.delivery.hasHeard(entry)) {
					return LogPlace.at(generation, entry);
				}
				oldest = entry;
			}
			if (entries.size() < LogReader.PAGE) {
				return null;
			}
		}
		return (oldest != null) ? new LogPlace(generation, oldest.id().before(), null) : null;
	}

	private static String generation(LogState state) {
		String generation = state.generation();
		if (generation == null) {
			throw new IllegalStateException("No log");
		}
		return generation;
	}

}
