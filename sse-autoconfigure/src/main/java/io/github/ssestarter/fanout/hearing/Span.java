package io.github.ssestarter.fanout.hearing;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.history.LogTime;

/**
 * The {@linkplain LogTime moments} between which a topic is heard: after {@code since},
 * up to {@code until}.
 *
 * @param since the moment after which it begins
 * @param until the last moment
 * @param earlier a span before this one that may not be served yet
 */
record Span(long since, long until, @Nullable Span earlier) {

	static final Span ALWAYS = new Span(LogTime.BEGINNING, LogTime.NOW, null);

	private static volatile Span lastAfter = ALWAYS;

	/**
	 * The last one that was asked for is given out again: between two events, all who
	 * join get the same.
	 */
	static Span after(long time) {
		Span last = lastAfter;
		if (last.since != time) {
			last = new Span(time, LogTime.NOW, null);
			lastAfter = last;
		}
		return last;
	}

	boolean isOpen() {
		return this.until == LogTime.NOW;
	}

	boolean contains(long time) {
		return (time > this.since && time <= this.until) || (this.earlier != null && this.earlier.contains(time));
	}

	boolean mayContainUpTo(long time) {
		return time > this.since || (this.earlier != null && this.earlier.mayContainUpTo(time));
	}

	/**
	 * The span up to a moment.
	 * @return {@code null} if there is nothing in it
	 */
	@Nullable Span endingAt(long time) {
		return (time > this.since) ? new Span(this.since, time, this.earlier) : this.earlier;
	}

	/**
	 * The span of a topic that is joined once more. The method of a stream that resumes
	 * hears {@link #ALWAYS}, whatever another request has joined before it, from then on
	 * alone.
	 * @param now the moment after which it is heard again if it was left
	 * @param added the span of a topic that was not joined before
	 */
	Span joinedAgain(long now, Span added) {
		if (added == ALWAYS && !isFromStart()) {
			return ALWAYS;
		}
		return (isOpen()) ? this : new Span(now, LogTime.NOW, this);
	}

	private boolean isFromStart() {
		return (this.earlier != null) ? this.earlier.isFromStart() : this.since == LogTime.BEGINNING;
	}

	boolean isServed(long served) {
		return this.until <= served;
	}

	Span withoutEarlier(long served) {
		return (this.earlier == null || this.earlier.until > served) ? this : new Span(this.since, this.until, null);
	}

}
