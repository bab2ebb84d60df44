package io.github.ssestarter.fanout.notice;

/**
 * When code of the application is interrupted that is still at work on what has ended.
 * Whoever is interrupted in a {@link java.nio.channels.FileChannel} closes it, for all
 * who share it.
 *
 * @since 0.1.0
 */
public enum Interrupt {

	/** Never. */
	NEVER,

	/** As the application stops. */
	SHUTDOWN,

	/** At every end that is ordered, such as by a newer stream or a logout. */
	ALWAYS

}
