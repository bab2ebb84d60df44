package io.github.ssestarter.fanout.stream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of each session.
 */
final class SessionStreams {

	private final Map<String, Set<StreamLife>> sessions = new ConcurrentHashMap<>();

	void add(StreamLife stream) {
		String session = stream.request().sessionId();
		if (session != null) {
			this.sessions.compute(session, (id, streams) -> {
				Set<StreamLife> changed = (streams != null) ? streams : ConcurrentHashMap.newKeySet(1);
				changed.add(stream);
				return changed;
			});
		}
	}

	void remove(StreamLife stream) {
		String session = stream.request().sessionId();
		if (session != null) {
			this.sessions.computeIfPresent(session, (id, streams) -> {
				streams.remove(stream);
				return (streams.isEmpty()) ? null : streams;
			});
		}
	}

	/**
	 * A session has got another id.
	 */
	void rename(String before, String now) {
		for (StreamLife stream : of(before)) {
			remove(stream);
			stream.sessionRenamed(now);
			add(stream);
			if (!stream.isOpen()) {
				remove(stream);
			}
		}
	}

	Set<StreamLife> of(String session) {
		return Set.copyOf(this.sessions.getOrDefault(session, Set.of()));
	}

}
