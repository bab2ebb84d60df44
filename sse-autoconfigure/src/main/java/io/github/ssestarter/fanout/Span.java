package io.github.ssestarter.fanout;

import org.jspecify.annotations.Nullable;

/**
 * The positions between which a topic is heard: after {@code since}, up to {@code until}.
 *
 * @param since the position after which it begins
 * @param until the last position
 * @param earlier a span before this one that may not be served yet
 */
record Span(long since, long until, @Nullable Span earlier) {

	/** A position that no event comes to, so that what is open there is heard now. */
	static final long NOW = Long.MAX_VALUE;

	static final Span ALWAYS = new Span(-1, Long.MAX_VALUE, null);

	private static volatile Span lastAfter = ALWAYS;

	/**
	 * The last one that was asked for is given out again: between two events, all who
	 * join get the same.
	 */
	static Span after(long position) {
		Span last = lastAfter;
		if (last.since != position) {
			last = new Span(position, Long.MAX_VALUE, null);
			lastAfter = last;
		}
		return last;
	}

	boolean isOpen() {
		return this.until == Long.MAX_VALUE;
	}

	boolean contains(long position) {
		return (position > this.since && position <= this.until)
				|| (this.earlier != null && this.earlier.contains(position));
	}

	boolean mayContainUpTo(long position) {
		return position > this.since || (this.earlier != null && this.earlier.mayContainUpTo(position));
	}

	Span endingAt(long position) {
		return new Span(this.since, position, this.earlier);
	}

	Span againAfter(long position) {
		return new Span(position, Long.MAX_VALUE, this);
	}

	boolean isServed(long served) {
		return this.until <= served;
	}

	Span withoutEarlier(long served) {
		return (this.earlier == null || this.earlier.until > served) ? this : new Span(this.since, this.until, null);
	}

}
