package io.github.ssestarter.fanout.hearing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.Evicted;
import io.github.ssestarter.history.LogTime;
import io.github.ssestarter.history.PatternTree;
import io.github.ssestarter.history.TopicPatterns;

/**
 * What a stream hears, and since when. Any thread may read it; changes wait for each
 * other.
 */
public final class Subscription implements SseAudience.Member {

	/** Shared by many, since there may be a hundred thousand, which seldom change. */
	private static final ReentrantLock[] LOCKS = Stream.generate(ReentrantLock::new)
		.limit(64)
		.toArray(ReentrantLock[]::new);

	private final String clientId;

	private final @Nullable String user;

	private final EventHistory history;

	private final TopicCounts counts;

	/** {@code null} if the stream may hear all that it joins. */
	private final @Nullable Decisions decisions;

	/** When the stream came. */
	private final long since;

	/**
	 * Not the monitor: the history's lock is waited for under it, and on JDK 21 to 23 a
	 * virtual thread that waits inside a monitor keeps its carrier.
	 */
	private final ReentrantLock lock;

	/** Written under the lock, as is all that is volatile. */
	private volatile TopicSpans topics = TopicSpans.NONE;

	private volatile boolean hasPatterns;

	private volatile @Nullable Span joined;

	/** Whether it has joined without naming a topic: to hear everyone's, its user's. */
	private volatile boolean hearsWithoutTopics;

	/** Joined, and not counted yet; {@code null} for none. */
	@GuardedBy("this.lock")
	private @Nullable Set<String> uncounted;

	@GuardedBy("this.lock")
	private boolean hasEnded;

	/**
	 * A subscription to nothing, until the stream joins.
	 * @param clientId the stream's client id
	 * @param user its user's name, {@code null} for none
	 * @param decisions what is decided about topics that patterns match, {@code null} if
	 * the stream may hear all that it joins
	 */
	public Subscription(String clientId, @Nullable String user, EventHistory history, TopicCounts counts,
			@Nullable Decisions decisions) {
		this.clientId = clientId;
		this.user = user;
		this.history = history;
		this.counts = counts;
		this.decisions = decisions;
		this.since = history.now();
		this.lock = LOCKS[clientId.hashCode() & (LOCKS.length - 1)];
	}

	/**
	 * Whether the stream was there before a moment.
	 */
	boolean isOlderThan(long time) {
		return this.since < time;
	}

	@Override
	public boolean isJoined() {
		return this.joined != null;
	}

	@Override
	public boolean hears(String topic) {
		return hearing(topic, LogTime.NOW, null) == Hearing.YES;
	}

	/**
	 * Whether the stream had joined at a moment.
	 */
	boolean isJoinedAt(long time) {
		Span span = this.joined;
		return span != null && span.contains(time);
	}

	/**
	 * Whether a topic was heard at a moment.
	 * @param own the patterns that this stream has, {@code null} to find out which of all
	 * match: who asks about many topics asks about these alone
	 */
	Hearing hearing(String topic, long time, @Nullable PatternTree own) {
		Span span = this.topics.get(topic);
		if (span != null && span.contains(time)) {
			return Hearing.YES;
		}
		if (this.hasPatterns) {
			for (String pattern : (own != null) ? own.matching(topic) : this.history.patterns().matching(topic)) {
				Span matching = this.topics.get(pattern);
				if (matching != null && matching.contains(time)) {
					return (this.decisions != null) ? this.decisions.decision(topic) : Hearing.YES;
				}
			}
		}
		return Hearing.NO;
	}

	@Override
	public @Nullable String user() {
		return this.user;
	}

	@Override
	public String clientId() {
		return this.clientId;
	}

	void ask(Set<String> undecided) {
		Objects.requireNonNull(this.decisions, "Everything is decided").ask(undecided);
	}

	void decide(Set<String> undecided) {
		Objects.requireNonNull(this.decisions, "Everything is decided").decide(undecided);
	}

	/**
	 * The topics and patterns that it has.
	 */
	public TopicSpans topics() {
		return this.topics;
	}

	/**
	 * The patterns among some topics and patterns that it has.
	 * @return the patterns, {@code null} for none
	 */
	public @Nullable PatternTree patternsOf(TopicSpans topics) {
		if (!this.hasPatterns) {
			return null;
		}
		List<String> patterns = new ArrayList<>();
		topics.forEachHeld((name) -> {
			if (TopicPatterns.isPattern(name)) {
				patterns.add(name);
			}
		});
		return this.history.patterns().only(patterns);
	}

	/**
	 * Whether it was left nothing of what it has joined.
	 */
	public boolean hasNothingToHear() {
		return !this.hearsWithoutTopics && this.topics.openCount() == 0;
	}

	/**
	 * Whether it has joined for the sake of topics alone: it has not joined without
	 * naming one.
	 */
	boolean hearsTopicsOnly() {
		return this.joined != null && !this.hearsWithoutTopics;
	}

	/**
	 * Hears what it has joined from the beginning of the log.
	 */
	void hearFromStart() {
		this.lock.lock();
		try {
			this.topics = this.topics.fromStart();
			if (this.joined != null) {
				this.joined = Span.ALWAYS;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Joins.
	 * @param names topics or patterns, each of which it hears from now on if it does not
	 * already
	 * @param now the moment of the log after which it hears them
	 * @param isResumed whether those that are new are heard from wherever the stream
	 * begins
	 * @param maxTopics how many topics it may have
	 */
	public void join(Set<String> names, long now, boolean isResumed, int maxTopics) {
		this.lock.lock();
		try {
			TopicSpans before = this.topics;
			Span span = (isResumed) ? Span.ALWAYS : Span.after(now);
			TopicSpans changed = before.with(names, now, span);
			int count = changed.openCount();
			if (count > maxTopics) {
				throw new SseTopicException(
						"The stream would have " + count + " topics, more than sse.limits.max-topics-per-stream ("
								+ maxTopics + "); it joined none of these");
			}
			if (!this.hasEnded) {
				Set<String> added = new HashSet<>(names);
				added.removeIf(before::isOpen);
				added.stream()
					.filter((name) -> TopicPatterns.isPattern(name) && !before.holds(name))
					.forEach(this::addPattern);
				if (this.uncounted == null) {
					this.uncounted = new HashSet<>();
				}
				this.uncounted.addAll(added);
			}
			this.topics = changed;
			this.hearsWithoutTopics |= names.isEmpty();
			if (this.joined == null || isResumed) {
				this.joined = span;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Counts the stream among those that have joined what it has. Not before its shard
	 * knows of it.
	 */
	public void count() {
		this.lock.lock();
		try {
			if (this.uncounted != null) {
				this.counts.joined(this.uncounted);
				this.uncounted = null;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The stream is not counted any more for what it hears no more.
	 */
	@GuardedBy("this.lock")
	private void uncount(Set<String> names) {
		Set<String> counted = new HashSet<>(names);
		if (this.uncounted != null) {
			counted.removeAll(this.uncounted);
			this.uncounted.removeAll(names);
		}
		this.counts.left(counted);
	}

	private void addPattern(String pattern) {
		this.history.addPattern(pattern);
		this.hasPatterns = true;
	}

	/**
	 * The stream has ended: nobody has to look whether its patterns match.
	 */
	public void ended() {
		this.lock.lock();
		try {
			if (!this.hasEnded) {
				this.hasEnded = true;
				removePatterns(TopicSpans.NONE);
				uncount(this.topics.open());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Removes the patterns that it has not any more.
	 */
	private void removePatterns(TopicSpans after) {
		if (this.hasPatterns) {
			this.topics.forEachHeld((name) -> {
				if (TopicPatterns.isPattern(name) && !after.holds(name)) {
					this.history.removePattern(name);
				}
			});
		}
	}

	/**
	 * Leaves topics and patterns.
	 * @param names the topics
	 * @param until the last moment of the log at which it hears them
	 */
	public void leave(Set<String> names, long until) {
		this.lock.lock();
		try {
			Set<String> left = this.topics.openOf(names);
			TopicSpans changed = this.topics.left(names, until);
			if (!this.hasEnded) {
				removePatterns(changed);
				uncount(left);
			}
			this.topics = changed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Hears topics and patterns no more, nor what was due of them.
	 */
	public void forbid(Set<String> names) {
		this.lock.lock();
		try {
			Set<String> heard = this.topics.openOf(names);
			TopicSpans changed = this.topics.without(names);
			if (!this.hasEnded) {
				removePatterns(changed);
				uncount(heard);
			}
			this.topics = changed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forgets the topics left at or before a position up to which all has been served.
	 */
	public void forgetLeft(long served) {
		if (!this.topics.hasLeft()) {
			return;
		}
		this.lock.lock();
		try {
			TopicSpans changed = this.topics.servedUpTo(LogTime.ofPosition(served));
			if (!this.hasEnded) {
				removePatterns(changed);
			}
			this.topics = changed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether an event of this stream was, or may have been, lost.
	 */
	public boolean hasLost(Losses losses) {
		Span since = this.joined;
		if (isLost(losses, new SseAudience.Key(SseAudience.Kind.CLIENT, clientId()), Span.ALWAYS)) {
			return true;
		}
		if (since == null) {
			return false;
		}
		String user = user();
		if (isLost(losses, new SseAudience.Key(SseAudience.Kind.EVERYONE, ""), since)
				|| (user != null && isLost(losses, new SseAudience.Key(SseAudience.Kind.USER, user), since))) {
			return true;
		}
		return this.topics.anyHeld((topic) -> isLost(losses,
				new SseAudience.Key(SseAudience.Kind.TOPIC, topic.getKey()), topic.getValue()));
	}

	private boolean isLost(Losses losses, SseAudience.Key key, Span span) {
		Evicted evicted = this.history.lastEvicted(key);
		return evicted != null && losses.include(evicted)
				&& span.mayContainUpTo(LogTime.ofPosition(evicted.position()));
	}

}
