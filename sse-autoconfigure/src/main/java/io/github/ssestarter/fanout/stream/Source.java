package io.github.ssestarter.fanout.stream;

/**
 * What a detached stream sends from.
 */
interface Source {

	/**
	 * Begins, unless it is cancelled: then it lets go of what it has.
	 */
	void start();

	/**
	 * Nothing more is sent. Any thread; returns at once.
	 */
	void cancel();

}
