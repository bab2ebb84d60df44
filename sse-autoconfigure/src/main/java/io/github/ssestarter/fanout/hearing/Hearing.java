package io.github.ssestarter.fanout.hearing;

/**
 * Whether a stream hears something.
 */
public enum Hearing {

	/** It hears it. */
	YES,

	/** It does not hear it. */
	NO,

	/** The application has not decided yet. */
	UNDECIDED

}
