package io.github.ssestarter.fanout.hearing;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.history.Cursor;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;
import io.github.ssestarter.history.LogTime;
import io.github.ssestarter.history.PatternTree;

/**
 * Goes back over the log, from the newest event to the oldest that is held, for what a
 * newcomer hears of the past. Waits for the application, which may have to decide whether
 * it may hear a topic: without any lock.
 */
final class LookBack {

	private final ListenerAt listener = new ListenerAt();

	private final EventHistory history;

	private final Subscription subscription;

	private final @Nullable PatternTree patterns;

	private final Cursor since;

	private final long evictions;

	LookBack(EventHistory history, Subscription subscription, Cursor since) {
		this.history = history;
		this.subscription = subscription;
		this.patterns = subscription.patternsOf(subscription.topics());
		this.since = since;
		this.evictions = history.gone();
	}

	/**
	 * Begins with the oldest event that is held.
	 */
	StartPosition all() {
		return start(this.history.beforeOldest(), null);
	}

	private StartPosition start(Cursor cursor, long @Nullable [] positions) {
		return StartPosition.newcomer(cursor, new Past(this.since.position(), this.evictions, positions));
	}

	/**
	 * Begins with the last events that it hears.
	 */
	StartPosition last(int events) {
		int count = 0;
		HistoryEntry entry = this.history.before(this.since.position() + 1);
		while (entry != null) {
			if (isHeard(entry) && ++count == events) {
				return start(this.history.placeBefore(entry), null);
			}
			entry = this.history.before(entry.position());
		}
		return all();
	}

	/**
	 * Begins with the newest event of each topic, and of each key in it.
	 */
	StartPosition newest() {
		Set<TopicKey> seen = new HashSet<>();
		// From the end, since the newest are found first
		long[] positions = new long[16];
		int from = positions.length;
		Cursor start = this.since;
		HistoryEntry entry = this.history.before(this.since.position() + 1);
		while (entry != null) {
			if (isHeard(entry) && isNewest(entry, seen)) {
				if (from == 0) {
					from = positions.length;
					long[] larger = new long[from * 2];
					System.arraycopy(positions, 0, larger, from, from);
					positions = larger;
				}
				positions[--from] = entry.position();
				start = this.history.placeBefore(entry);
			}
			entry = this.history.before(entry.position());
		}
		return start(start, Arrays.copyOfRange(positions, from, positions.length));
	}

	private boolean isHeard(HistoryEntry entry) {
		return !entry.isSupersededBy(this.since.position())
				&& this.listener.isHeard(this.subscription, entry, this.patterns);
	}

	/**
	 * Whether it is the newest, with its key, of any of its topics that the stream hears.
	 */
	private boolean isNewest(HistoryEntry entry, Set<TopicKey> seen) {
		boolean isNewest = false;
		for (SseAudience.Key name : entry.audience().mentioned()) {
			if (name.kind() == SseAudience.Kind.TOPIC && hears(name.name(), entry)) {
				isNewest |= seen.add(new TopicKey(name.name(), entry.event().key()));
			}
		}
		return isNewest;
	}

	private boolean hears(String topic, HistoryEntry entry) {
		return this.subscription.hearing(topic, LogTime.ofPosition(entry.position()), this.patterns) == Hearing.YES;
	}

	/**
	 * What an event may be the newest of.
	 *
	 * @param topic the topic
	 * @param key the key, {@code null} for none
	 */
	private record TopicKey(String topic, @Nullable String key) {
	}

}
