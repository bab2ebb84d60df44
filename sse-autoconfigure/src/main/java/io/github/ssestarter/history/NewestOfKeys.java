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
	 */
	void add(HistoryEntry entry) {
		AudienceKey key = AudienceKey.of(entry.event());
		HistoryEntry before = (key != null) ? this.newest.put(key, entry) : null;
		if (before != null) {
			before.supersede(entry.position());
		}
	}

	/**
	 * An entry is not held any more.
	 */
	void remove(HistoryEntry evicted) {
		AudienceKey key = AudienceKey.of(evicted.event());
		if (key != null) {
			this.newest.remove(key, evicted);
		}
	}

	void clear() {
		this.newest.clear();
	}

	/**
	 * What an event supersedes.
	 *
	 * @param audience who hears it
	 * @param key its key
	 */
	private record AudienceKey(SseAudience audience, String key) {

		static @Nullable AudienceKey of(Message.Event event) {
			String key = event.key();
			return (key != null) ? new AudienceKey(event.audience(), key) : null;
		}

	}

}
