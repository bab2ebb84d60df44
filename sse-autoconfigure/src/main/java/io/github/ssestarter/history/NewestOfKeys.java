package io.github.ssestarter.history;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Message;

/**
 * The newest event of each key, for each audience, among those that are held. Used under
 * the lock of its history.
 */
final class NewestOfKeys {

	private final Map<AudienceKey, HistoryEntry> newest = new HashMap<>();

	/**
	 * An entry comes, and supersedes the one before it of its key and audience.
	 * @return that one, {@code null} for none
	 */
	@Nullable HistoryEntry add(HistoryEntry entry) {
		HistoryEntry before = this.newest.put(AudienceKey.of(entry.event()), entry);
		if (before != null) {
			before.supersede(entry.position());
		}
		return before;
	}

	/**
	 * An entry is not held any more.
	 */
	void remove(HistoryEntry evicted) {
		this.newest.remove(AudienceKey.of(evicted.event()), evicted);
	}

	void clear() {
		this.newest.clear();
	}

	/**
	 * What an event supersedes.
	 *
	 * @param audience who hears it
	 * @param key its key, {@code null} for none
	 */
	private record AudienceKey(SseAudience audience, @Nullable String key) {

		static AudienceKey of(Message.Event event) {
			return new AudienceKey(event.audience(), event.key());
		}

	}

}
