package io.github.ssestarter.fanout;

/**
 * Tells how the application's transactions end: an SPI.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Commits {

	/** There are no transactions. */
	Commits NONE = (committed, undone) -> committed.run();

	/**
	 * Runs one of both, once: at once if the calling thread has no transaction, else when
	 * its transaction has ended, in the order of the calls.
	 * @param committed what to do once all that the transaction wrote can be read
	 * @param undone what to do if it was rolled back, to a savepoint from before this
	 * call or as a whole, or if nobody knows how it ended
	 */
	void whenEnded(Runnable committed, Runnable undone);

}
