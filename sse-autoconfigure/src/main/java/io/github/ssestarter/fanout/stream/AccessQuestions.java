package io.github.ssestarter.fanout.stream;

import java.security.Principal;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.hearing.Decisions;
import io.github.ssestarter.fanout.hearing.Hearing;
import io.github.ssestarter.fanout.notice.StreamLog;

/**
 * What one stream may hear, as the application's {@link SseAuthorizer} decides: at each
 * join, at the first event of a topic that a pattern matches, and again at times.
 */
final class AccessQuestions implements Decisions {

	/*
	 * A pattern can match topics that nobody had thought of when it was joined, so each
	 * is asked for by itself, at its first event. The shard cannot wait for the answer:
	 * the stream stays before that event, lagging, and reads on once it is decided. Every
	 * second at least the shard looks again whether it is, so that no answer is waited
	 * for in vain.
	 */

	/** How many decisions are kept, unless one event needs more. */
	private static final int MAX_DECISIONS = 1000;

	private static final long BEGINS_NOW = -1;

	/** In {@link #failed}: the user, since no topic has no name. */
	private static final String USER = "";

	private static final Log logger = LogFactory.getLog(AccessQuestions.class);

	private final StreamContext context;

	private final Asker asker;

	private final String clientId;

	/** {@code null} if everybody may hear everything. */
	private final @Nullable SseAuthorizer authorizer;

	/** What the request had that opened the stream. */
	private final CallContext callContext;

	/** Written under this. */
	private volatile @Nullable Principal principal;

	/** Of topics that a pattern matched, the oldest first. */
	@GuardedBy("this")
	private final Map<String, Boolean> decisions = new LinkedHashMap<>();

	/** Counts the rounds of asking again. */
	@GuardedBy("this")
	private int rounds;

	/** What could not be asked in the last round. */
	@GuardedBy("this")
	private Set<String> failed = Set.of();

	/** Since when the application is being asked, 0 if it is not. */
	@GuardedBy("this")
	private long askedAt;

	AccessQuestions(StreamContext context, Asker asker, StreamRequest request, @Nullable SseAuthorizer authorizer,
			CallContext callContext) {
		this.context = context;
		this.asker = asker;
		this.clientId = request.clientId();
		this.authorizer = authorizer;
		this.principal = request.principal();
		this.callContext = callContext;
	}

	private boolean mayJoin(String name) {
		SseAuthorizer authorizer = this.authorizer;
		Principal user = this.principal;
		return authorizer == null || this.callContext.call(user, () -> authorizer.mayJoin(user, name));
	}

	/**
	 * Those of some topics and patterns that the stream may not hear. Waits for the
	 * application.
	 */
	Set<String> refused(Collection<String> names) {
		Set<String> refused = new LinkedHashSet<>(names);
		refused.removeIf(this::mayJoin);
		return refused;
	}

	/**
	 * Whether the stream may hear a topic that a pattern of it matches.
	 */
	@Override
	public synchronized Hearing decision(String topic) {
		if (this.authorizer == null) {
			return Hearing.YES;
		}
		Boolean isAllowed = this.decisions.get(topic);
		if (isAllowed == null) {
			return Hearing.UNDECIDED;
		}
		return (isAllowed) ? Hearing.YES : Hearing.NO;
	}

	/**
	 * Decides about topics that one event is for. Waits for the application.
	 */
	@Override
	public void decide(Set<String> topics) {
		for (String topic : topics) {
			boolean isAllowed;
			int round;
			do {
				round = rounds();
				isAllowed = mayJoin(topic);
			}
			while (!keep(topic, isAllowed, round, Math.max(MAX_DECISIONS, topics.size())));
		}
	}

	/**
	 * Counts the rounds of asking again.
	 */
	synchronized int rounds() {
		return this.rounds;
	}

	/**
	 * Asks again for what has been joined, if a round began after it was asked for: the
	 * round has found it not joined yet, and the answer is of the user as it was before.
	 * Waits for the application. What cannot be asked is not heard.
	 * @param joined topics and patterns
	 * @param round the last round before they were asked for
	 */
	void askAgain(Set<String> joined, int round) {
		int before = round;
		int now = rounds();
		while (before != now) {
			Set<String> refused = joined;
			try {
				refused = refused(joined);
			}
			finally {
				if (!refused.isEmpty()) {
					this.asker.forbid(refused, SseCloseReason.FORBIDDEN);
				}
			}
			before = now;
			now = rounds();
		}
	}

	/**
	 * Keeps a decision, unless it is of a user who has been looked up again since.
	 */
	private synchronized boolean keep(String topic, boolean isAllowed, int round, int capacity) {
		if (round != this.rounds) {
			return false;
		}
		this.decisions.put(topic, isAllowed);
		if (this.decisions.size() > capacity) {
			this.decisions.remove(this.decisions.keySet().iterator().next());
		}
		return true;
	}

	/**
	 * Has the application decide, unless it is being asked already: one that takes longer
	 * than {@code sse.stream.write-timeout} closes the stream. Does not wait.
	 */
	@Override
	public void ask(Set<String> topics) {
		long asked = begin(this.context.nanoTime());
		if (asked >= this.context.settings().questionTimeout().toNanos()) {
			undecidable(topics, new IllegalStateException("No answer in sse.stream.write-timeout"));
		}
		if (asked == BEGINS_NOW) {
			this.context.environment().calls().questions().execute(() -> answer(topics));
		}
	}

	/**
	 * Begins to ask the application, unless it is being asked already.
	 * @return for how long it has been asked, {@link #BEGINS_NOW} if it was not
	 */
	private synchronized long begin(long now) {
		if (this.askedAt != 0) {
			return now - this.askedAt;
		}
		this.askedAt = (now != 0) ? now : 1;
		return BEGINS_NOW;
	}

	private synchronized void ended() {
		this.askedAt = 0;
	}

	private void answer(Set<String> topics) {
		try {
			decide(topics);
			ended();
			this.asker.decided();
		}
		catch (RuntimeException | Error ex) {
			undecidable(topics, ex);
		}
	}

	/**
	 * The stream cannot go on, but its client can come back and lose nothing.
	 */
	private void undecidable(Set<String> topics, Throwable cause) {
		StreamLog.with(this.clientId,
				() -> this.context.faults()
					.error(logger, "Whether a stream may hear a topic could not be decided, and the stream is closed",
							": " + topics, cause));
		this.asker.close(SseCloseReason.FAILED);
	}

	/**
	 * Asks again for all that the stream hears, of the user as it is now. Waits for the
	 * application. What cannot be asked stays as it was, once: what cannot be asked in
	 * the next round either is not heard any more.
	 * @param joinedNow what the stream has joined
	 * @return the last failure, {@code null} for none
	 */
	@Nullable Throwable recheck(Supplier<Set<String>> joinedNow) {
		Round round = new Round(failed());
		Principal before = this.principal;
		Principal now = (before != null) ? round.lookUp(before) : null;
		if (round.failure != null) {
			setFailed(round.failed);
			return round.failure;
		}
		if (before != null && now == null) {
			StreamLog.debug(this.clientId, "The user may not be logged in any more: " + before.getName());
			this.asker.close(SseCloseReason.FORBIDDEN);
			return null;
		}
		Set<String> decided;
		synchronized (this) {
			this.principal = now;
			this.rounds++;
			decided = new LinkedHashSet<>(this.decisions.keySet());
		}
		for (String topic : decided) {
			Boolean isAllowed = round.ask(topic);
			if (isAllowed != null) {
				replace(topic, isAllowed);
			}
		}
		Set<String> joined = new LinkedHashSet<>(joinedNow.get());
		joined.removeIf((name) -> !Boolean.FALSE.equals(round.ask(name)));
		setFailed(round.failed);
		if (!joined.isEmpty()) {
			this.asker.forbid(joined,
					(round.failed.containsAll(joined)) ? SseCloseReason.FAILED : SseCloseReason.FORBIDDEN);
		}
		return round.failure;
	}

	private synchronized Set<String> failed() {
		return this.failed;
	}

	private synchronized void setFailed(Set<String> failed) {
		this.failed = (failed.isEmpty()) ? Set.of() : failed;
	}

	private synchronized void replace(String topic, boolean isAllowed) {
		this.decisions.replace(topic, isAllowed);
	}

	/**
	 * A round of asking again, in which one failure is not all.
	 */
	private final class Round {

		private final Set<String> failedBefore;

		private final Set<String> failed = new HashSet<>();

		private @Nullable Throwable failure;

		Round(Set<String> failedBefore) {
			this.failedBefore = failedBefore;
		}

		/**
		 * The user as it is now.
		 */
		@Nullable Principal lookUp(Principal before) {
			AccessQuestions outer = AccessQuestions.this;
			try {
				return outer.callContext.call(before, () -> outer.context.environment().logins().current(before));
			}
			catch (Throwable ex) {
				if (fails(USER, ex)) {
					outer.asker.close(SseCloseReason.FAILED);
				}
				this.failed.addAll(this.failedBefore);
				return null;
			}
		}

		/**
		 * Whether the stream may hear a topic, {@code null} if that could not be asked
		 * for the first time.
		 */
		@Nullable Boolean ask(String name) {
			try {
				return mayJoin(name);
			}
			catch (Throwable ex) {
				return (fails(name, ex)) ? Boolean.FALSE : null;
			}
		}

		/**
		 * Notes a failure, of any kind, since Kotlin's lambdas throw what they like.
		 * @return whether it is the second one in a row
		 */
		private boolean fails(String name, Throwable failure) {
			this.failure = failure;
			this.failed.add(name);
			return this.failedBefore.contains(name);
		}

	}

	/**
	 * The stream for which is asked.
	 */
	interface Asker {

		/**
		 * It was decided whether the stream may hear a topic.
		 */
		void decided();

		/**
		 * The stream may not hear some of what it has joined any more.
		 * @param reason why it ends, if nothing is left for it to hear
		 */
		void forbid(Set<String> names, SseCloseReason reason);

		/**
		 * The stream is to end.
		 */
		void close(SseCloseReason reason);

	}

}
