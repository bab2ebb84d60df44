package io.github.ssestarter.fanout.stream;

import io.github.ssestarter.fanout.shard.ConnectionOwner;

/**
 * A stream, as its phases know it.
 */
interface PhaseOwner extends ConnectionOwner {

	/**
	 * The response is about to be committed as an event stream.
	 */
	void opened();

}
