package io.github.ssestarter.fanout.stream;

import java.time.Duration;

/**
 * How often streams of one client id have replaced each other. Two tabs with one id would
 * do it for ever, each as soon as it is replaced. A stream takes this over from the one
 * that it replaces, so it is kept as long as there is one to replace.
 *
 * @param count how often since then
 * @param since when it began
 * @param last when it was the last time
 */
record Replacements(int count, long since, long last) {

	/** None yet. */
	static final Replacements NONE = new Replacements(0, 0, 0);

	/** What the replaced one of two that do not stop is told to stay away for. */
	static final Duration RETRY = Duration.ofMinutes(1);

	/** More often than this within {@link #WINDOW} no client comes back on its own. */
	private static final int MAX = 3;

	private static final long WINDOW = Duration.ofSeconds(30).toNanos();

	/**
	 * How long it is known that they do not stop: until one was told so and has stayed
	 * away for it.
	 */
	private static final long MEMORY = 2 * RETRY.toNanos();

	/**
	 * One more.
	 */
	Replacements next(long now) {
		boolean isSequel = (isEndless()) ? now - this.last < MEMORY : now - this.since < WINDOW;
		return (this.count > 0 && isSequel) ? new Replacements(Math.min(this.count, MAX) + 1, this.since, now)
				: new Replacements(1, now, now);
	}

	/**
	 * Whether they do not seem to stop by themselves.
	 */
	boolean isEndless() {
		return this.count > MAX;
	}

}
