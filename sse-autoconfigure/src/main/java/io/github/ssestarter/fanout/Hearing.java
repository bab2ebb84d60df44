package io.github.ssestarter.fanout;

/**
 * Whether a stream hears something.
 */
enum Hearing {

	/** It hears it. */
	YES,

	/** It does not hear it. */
	NO,

	/** The application has not decided yet. */
	UNDECIDED

}
