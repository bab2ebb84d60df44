package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SseCloseReason;

/**
 * Looks whether the sessions of open streams are still there, on
 * {@code sse.security.session-check}, and when a user logs in: once for each session,
 * however many streams it has.
 */
public final class SessionCheck {

	private static final Log logger = LogFactory.getLog(SessionCheck.class);

	private final StreamContext context;

	private final SessionStreams sessions;

	private final SessionLookup lookup;

	/** Whose sessions are to be looked at soon. */
	private final Set<String> users = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean isLookDue = new AtomicBoolean();

	/**
	 * Looks at nothing before it is started.
	 */
	public SessionCheck(StreamContext context, Streams streams) {
		this.context = context;
		this.sessions = streams.sessions();
		this.lookup = context.environment().sessions();
	}

	/**
	 * Looks from now on, if that is wanted and there is anything to look at.
	 */
	public void start(ScheduledExecutorService clock) {
		if (this.lookup != SessionLookup.NONE) {
			Duration interval = this.context.settings().sessionCheck();
			new QuestionRounds(this.context, logger, interval, this::round).start(clock,
					"A look at sessions could not begin",
					"Looking at sessions takes longer than sse.security.session-check",
					" (" + interval + "): raise it, or have their store answer sooner");
		}
	}

	/**
	 * Looks soon at the sessions of a user, who has just logged in: others of them may
	 * have been ended by that. Does not wait.
	 */
	void lookAtThoseOf(String user) {
		if (this.lookup != SessionLookup.NONE) {
			this.users.add(user);
			if (this.isLookDue.compareAndSet(false, true)) {
				this.context.environment().calls().questions().execute(this::lookAtUsers);
			}
		}
	}

	private void lookAtUsers() {
		this.isLookDue.set(false);
		Set<String> users = Set.copyOf(this.users);
		this.users.removeAll(users);
		look((session) -> session.isOfUser(users), false);
	}

	/**
	 * Looks at all. Waits for their store.
	 */
	void round() {
		look((session) -> true, true);
	}

	private void look(Predicate<SessionStreams.Session> which, boolean isRound) {
		int failed = 0;
		Throwable last = null;
		for (Map.Entry<String, SessionStreams.Session> entry : this.sessions.all()) {
			SessionStreams.Session session = entry.getValue();
			if (session.isCommitted() && which.test(session)) {
				try {
					look(entry.getKey(), session, isRound);
				}
				catch (RuntimeException | Error ex) {
					failed++;
					last = ex;
				}
			}
		}
		if (last != null) {
			this.context.faults()
				.error(logger, "Whether a session is still there could not be found out, so its streams go on",
						"; sessions: " + failed, last);
		}
	}

	private void look(String id, SessionStreams.Session session, boolean isRound) {
		Instant end = this.lookup.endOf(id, session.isStored());
		Instant now = this.context.environment().clock().instant();
		if (session.hasEnded(end, now, isRound)) {
			SseCloseReason reason = (session.hasRunOut(now)) ? SseCloseReason.EXPIRED : SseCloseReason.LOGGED_OUT;
			this.sessions.of(id).forEach((stream) -> stream.close(reason));
		}
	}

}
