package io.github.ssestarter.fanout.stream;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The streams of each session.
 */
final class SessionStreams {

	private final Map<String, Session> sessions = new ConcurrentHashMap<>();

	void add(StreamLife stream) {
		String session = stream.request().sessionId();
		if (session != null) {
			add(session, stream, new Session());
		}
	}

	private void add(String id, StreamLife stream, Session unlessKnown) {
		this.sessions.compute(id, (same, known) -> {
			Session session = (known != null) ? known : unlessKnown;
			session.streams.add(stream);
			return session;
		});
	}

	void remove(StreamLife stream) {
		String session = stream.request().sessionId();
		if (session != null) {
			this.sessions.computeIfPresent(session, (id, known) -> {
				known.streams.remove(stream);
				return (known.streams.isEmpty()) ? null : known;
			});
		}
	}

	/**
	 * A session is kept elsewhere than by the container.
	 * @param end when it ends, {@code null} if it is not kept yet
	 */
	void stored(String id, @Nullable Instant end) {
		Session session = this.sessions.get(id);
		if (session != null) {
			session.isStored = true;
			session.end = (end != null) ? end : session.end;
		}
	}

	/**
	 * A session has got another id.
	 */
	void rename(String before, String now) {
		Session known = this.sessions.get(before);
		for (StreamLife stream : of(before)) {
			remove(stream);
			stream.sessionRenamed(now);
			Session session = new Session();
			session.isStored = known != null && known.isStored;
			add(now, stream, session);
			if (!stream.isOpen()) {
				remove(stream);
			}
		}
	}

	boolean has(String session) {
		return this.sessions.containsKey(session);
	}

	Set<StreamLife> of(String session) {
		Session known = this.sessions.get(session);
		return (known != null) ? Set.copyOf(known.streams) : Set.of();
	}

	/**
	 * All sessions by their ids, as they are while it is read.
	 */
	Set<Map.Entry<String, Session>> all() {
		return this.sessions.entrySet();
	}

	/**
	 * A session, and what is known of its end.
	 */
	static final class Session {

		private final Set<StreamLife> streams = ConcurrentHashMap.newKeySet(1);

		private volatile boolean isStored;

		/** {@code null} if it was not found yet. */
		private volatile @Nullable Instant end;

		/** Whether it was not found when it was looked for last. */
		private volatile boolean isMissed;

		boolean isStored() {
			return this.isStored;
		}

		/**
		 * Whether one of its streams has a response that is committed: a session that the
		 * same request has made is kept by then.
		 */
		boolean isCommitted() {
			return this.streams.stream().anyMatch(StreamLife::isCommitted);
		}

		boolean isOfUser(Set<String> users) {
			return this.streams.stream().anyMatch((stream) -> {
				String user = stream.request().user();
				return user != null && users.contains(user);
			});
		}

		/**
		 * It was looked for.
		 * @param found when it ends, {@code null} if it was not found
		 * @param isRound whether that was one of the rounds, between which there is time
		 * @return whether it has ended: one that was never found may only be new, and is
		 * looked for in a second round
		 */
		boolean hasEnded(@Nullable Instant found, Instant now, boolean isRound) {
			if (found != null) {
				this.end = found;
				this.isMissed = false;
				return !found.isAfter(now);
			}
			boolean isGone = this.end != null || (this.isMissed && isRound);
			this.isMissed |= isRound;
			return isGone;
		}

		/**
		 * Whether it ran out by itself, as far as it is known.
		 */
		boolean hasRunOut(Instant now) {
			Instant end = this.end;
			return end != null && !end.isAfter(now);
		}

	}

}
