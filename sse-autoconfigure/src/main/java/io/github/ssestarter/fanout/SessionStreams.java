package io.github.ssestarter.fanout;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of each session.
 */
final class SessionStreams {

	private final Map<String, Set<RegisteredStream>> sessions = new ConcurrentHashMap<>();

	void add(RegisteredStream stream) {
		String session = stream.request().sessionId();
		if (session != null) {
			this.sessions.compute(session, (id, streams) -> {
				Set<RegisteredStream> changed = (streams != null) ? streams : ConcurrentHashMap.newKeySet(1);
				changed.add(stream);
				return changed;
			});
		}
	}

	void remove(RegisteredStream stream) {
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
		for (RegisteredStream stream : of(before)) {
			remove(stream);
			stream.sessionRenamed(now);
			add(stream);
			if (!stream.isOpen()) {
				remove(stream);
			}
		}
	}

	Set<RegisteredStream> of(String session) {
		return Set.copyOf(this.sessions.getOrDefault(session, Set.of()));
	}

}
