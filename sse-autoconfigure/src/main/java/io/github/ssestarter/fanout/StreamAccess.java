package io.github.ssestarter.fanout;

import java.security.Principal;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAuthorizer;
import io.github.ssestarter.SseCloseReason;

/**
 * What one stream may hear, as the application's {@link SseAuthorizer} decides: at each
 * join, at the first event of a topic that a pattern matches, and again at times.
 */
final class StreamAccess {

	/*
	 * A pattern can match topics that nobody had thought of when it was joined, so each
	 * is asked for by itself, at its first event. The shard cannot wait for the answer:
	 * the stream stays before that event, lagging, and reads on once it is decided.
	 */

	/** How many decisions are kept; beyond it all are forgotten, and asked for again. */
	private static final int MAX_DECISIONS = 1000;

	private static final Log logger = LogFactory.getLog(StreamAccess.class);

	private final EngineStream stream;

	private final EngineEnvironment environment;

	private final FaultLog faults;

	private final SseAuthorizer authorizer;

	private volatile @Nullable Principal principal;

	/** Of topics that a pattern matched: whether the stream may hear them. */
	private final Map<String, Boolean> decisions = new ConcurrentHashMap<>();

	/** The topic that the application is being asked for, {@code null} for none. */
	private volatile @Nullable String asked;

	StreamAccess(EngineStream stream, EngineEnvironment environment, FaultLog faults, SseAuthorizer authorizer) {
		this.faults = faults;
		this.stream = stream;
		this.environment = environment;
		this.authorizer = authorizer;
		this.principal = stream.principal();
	}

	/**
	 * Those of some topics and patterns that the stream may not hear. Waits for the
	 * application.
	 */
	Set<String> refused(Collection<String> names) {
		Principal principal = this.principal;
		Set<String> refused = new LinkedHashSet<>(names);
		refused.removeIf((name) -> this.authorizer.mayJoin(principal, name));
		return refused;
	}

	/**
	 * Whether the stream may hear a topic that a pattern of it matches.
	 */
	Hearing decision(String topic) {
		Boolean isAllowed = this.decisions.get(topic);
		if (isAllowed == null) {
			return Hearing.UNDECIDED;
		}
		return (isAllowed) ? Hearing.YES : Hearing.NO;
	}

	/**
	 * Decides. Waits for the application.
	 */
	void decide(String topic) {
		boolean isAllowed = this.authorizer.mayJoin(this.principal, topic);
		if (this.decisions.size() >= MAX_DECISIONS) {
			this.decisions.clear();
		}
		this.decisions.put(topic, isAllowed);
	}

	/**
	 * Has it decided on the application's executor, unless that is under way. Does not
	 * wait.
	 */
	void ask(String topic) {
		if (topic.equals(this.asked)) {
			return;
		}
		this.asked = topic;
		try {
			this.environment.callbacks().execute(() -> answer(topic));
		}
		catch (RuntimeException | Error ex) {
			undecidable(topic, ex);
		}
	}

	private void answer(String topic) {
		try {
			decide(topic);
			this.asked = null;
			this.stream.accessChanged();
		}
		catch (RuntimeException | Error ex) {
			undecidable(topic, ex);
		}
	}

	/**
	 * The stream cannot go on, but its client can come back and lose nothing.
	 */
	private void undecidable(String topic, Throwable cause) {
		StreamLog.with(this.stream.clientId(),
				() -> this.faults.error(logger,
						"Whether a stream may hear a topic could not be decided," + " and the stream is closed",
						": '" + topic + "'", cause));
		this.stream.forceClose(SseCloseReason.FAILED);
	}

	/**
	 * Asks again for all that the stream hears, of the user as it is now. Waits for the
	 * application.
	 */
	void recheck() {
		Principal before = this.principal;
		Principal now = (before != null) ? this.environment.logins().current(before) : null;
		if (before != null && now == null) {
			StreamLog.debug(this.stream.clientId(), "The user may not be logged in any more: " + before.getName());
			this.stream.forceClose(SseCloseReason.FORBIDDEN);
			return;
		}
		this.principal = now;
		this.decisions.replaceAll((topic, allowed) -> this.authorizer.mayJoin(now, topic));
		Set<String> joined = this.stream.subscriber().topicNames();
		Set<String> refused = refused(joined);
		if (!refused.isEmpty()) {
			this.stream.forbid(refused);
		}
	}

}
