package io.github.ssestarter.redis;

/**
 * What becomes of an application that cannot use Redis when it starts.
 *
 * @since 0.1.0
 */
public enum OnStart {

	/** It does not start. */
	FAIL,

	/** It starts, and is not ready until it has read the log. */
	WAIT

}
