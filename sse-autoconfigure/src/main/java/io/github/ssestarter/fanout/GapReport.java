package io.github.ssestarter.fanout;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.ssestarter.backplane.EventId;

/**
 * The newest gaps in this node's log.
 */
final class GapReport {

	private static final int CAPACITY = 20;

	private final InstantSource clock;

	/** The newest first. */
	@GuardedBy("this")
	private final Deque<LogGap> gaps = new ArrayDeque<>();

	GapReport(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * A log begins.
	 * @param known where the node was before, of no generation if it knew no log
	 */
	synchronized void begun(EventId known, EventId start, String reason, int streams) {
		if (known.generation().isEmpty() || known.equals(start)) {
			return;
		}
		if (this.gaps.size() == CAPACITY) {
			this.gaps.removeLast();
		}
		this.gaps.addFirst(new LogGap(this.clock.instant(), known, start, reason, streams));
	}

	synchronized List<LogGap> newestFirst() {
		return List.copyOf(this.gaps);
	}

}
