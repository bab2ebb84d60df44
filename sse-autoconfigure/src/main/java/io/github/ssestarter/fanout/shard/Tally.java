package io.github.ssestarter.fanout.shard;

import java.util.function.LongSupplier;

import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.history.HistoryEntry;

/**
 * Counts what a shard writes in one turn. Owned by the shard, so that a delivery costs an
 * addition, and told once at the turn's end.
 */
final class Tally {

	private final EngineListener listener;

	private long events;

	private long bytes;

	private boolean hasHandedOut;

	/** When the oldest event came that was written to a live stream in this turn. */
	private long oldest;

	Tally(EngineListener listener) {
		this.listener = listener;
	}

	EngineListener listener() {
		return this.listener;
	}

	/**
	 * An event is written to a stream.
	 */
	void delivered() {
		this.events++;
	}

	/**
	 * An event is written in the turn in which it is handed out.
	 */
	void deliveredLive(HistoryEntry event) {
		this.events++;
		if (!this.hasHandedOut || event.appendedAt() - this.oldest < 0) {
			this.hasHandedOut = true;
			this.oldest = event.appendedAt();
		}
	}

	void wrote(long more) {
		this.bytes += more;
	}

	/**
	 * The turn is over.
	 */
	void tell(LongSupplier nanoTime) {
		if (this.bytes > 0 || this.events > 0) {
			this.listener.wrote(this.events, this.bytes);
			this.events = 0;
			this.bytes = 0;
		}
		if (this.hasHandedOut) {
			this.hasHandedOut = false;
			this.listener.handedOut(nanoTime.getAsLong() - this.oldest);
		}
	}

}
