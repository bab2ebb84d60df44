package io.github.ssestarter.fanout.hearing;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.history.HistoryEntry;
import io.github.ssestarter.history.LogTime;
import io.github.ssestarter.history.PatternTree;

/**
 * A stream as it was at a moment of the log: what an audience asks. Used by one thread,
 * for one stream after the other, so that asking costs no object.
 */
public final class ListenerAt implements SseAudience.Member {

	private @Nullable Subscription subscription;

	private long time;

	/** Of the stream, if it is asked about many events. */
	private @Nullable PatternTree patterns;

	/** Whether a stream counts that has not joined. */
	private boolean isAnyStream;

	/** The topics of which it is not decided whether the stream may hear them. */
	private @Nullable Set<String> undecided;

	/**
	 * Whether an event belongs to a stream, as it was at the event's position. Where that
	 * is undecided, the application is asked. Does not wait.
	 */
	public Hearing hearing(Subscription subscription, HistoryEntry entry) {
		return hearing(subscription, entry, null);
	}

	/**
	 * The same, for who asks about many events.
	 * @param patterns the patterns of the stream, {@code null} if it has none
	 */
	public Hearing hearing(Subscription subscription, HistoryEntry entry, @Nullable PatternTree patterns) {
		boolean isIncluded = includes(subscription, patterns, entry.audience(), LogTime.ofPosition(entry.position()),
				false);
		Set<String> undecided = this.undecided;
		if (undecided != null) {
			this.undecided = null;
			subscription.ask(undecided);
			return Hearing.UNDECIDED;
		}
		return (isIncluded) ? Hearing.YES : Hearing.NO;
	}

	/**
	 * Whether an event belongs to a stream, as it was at the event's position. Waits for
	 * the application where that is undecided.
	 * @param patterns the patterns of the stream, {@code null} if it has none
	 */
	boolean isHeard(Subscription subscription, HistoryEntry entry, @Nullable PatternTree patterns) {
		long time = LogTime.ofPosition(entry.position());
		boolean isIncluded = includes(subscription, patterns, entry.audience(), time, false);
		while (this.undecided != null) {
			subscription.decide(this.undecided);
			isIncluded = includes(subscription, patterns, entry.audience(), time, false);
		}
		return isIncluded;
	}

	/**
	 * Whether a stream is one of those that an order to close is for, which counts
	 * streams that have not joined as well.
	 * @param time when the order was given
	 */
	public boolean isClosed(Subscription subscription, SseAudience audience, long time) {
		return subscription.isOlderThan(time) && includes(subscription, null, audience, time, true)
				&& this.undecided == null;
	}

	private boolean includes(Subscription subscription, @Nullable PatternTree patterns, SseAudience audience, long time,
			boolean isAnyStream) {
		this.subscription = subscription;
		this.patterns = patterns;
		this.time = time;
		this.isAnyStream = isAnyStream;
		this.undecided = null;
		boolean isIncluded = audience.includes(this);
		this.subscription = null;
		this.patterns = null;
		return isIncluded;
	}

	private Subscription subscription() {
		return Objects.requireNonNull(this.subscription, "Nobody is looked at");
	}

	@Override
	public boolean isJoined() {
		return this.isAnyStream || subscription().isJoinedAt(this.time);
	}

	@Override
	public boolean hears(String topic) {
		Hearing hearing = subscription().hearing(topic, this.time, this.patterns);
		if (hearing == Hearing.UNDECIDED) {
			if (this.undecided == null) {
				this.undecided = new HashSet<>();
			}
			this.undecided.add(topic);
		}
		return hearing == Hearing.YES;
	}

	@Override
	public @Nullable String user() {
		return subscription().user();
	}

	@Override
	public String clientId() {
		return subscription().clientId();
	}

}
