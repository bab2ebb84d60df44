package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.Interrupt;
import io.github.ssestarter.fanout.notice.StreamLog;
import io.github.ssestarter.fanout.shard.End;

/**
 * Orders a stream to end, and has the method interrupted that does not see it, if it is
 * to be. Never waits.
 */
final class EndOrders {

	private static final Log logger = LogFactory.getLog(EndOrders.class);

	private static final String ENDLESS = "Two streams with one client id replace each other over and over, as two tabs do"
			+ " that present the same id: a tab that is duplicated has a copy of the sessionStorage. Whichever is replaced"
			+ " is told to come back after " + Replacements.RETRY.toSeconds() + "s. Let each have an id of its own";

	private final StreamContext context;

	/** {@code null} while the engine has no threads. */
	private volatile @Nullable ScheduledExecutorService clock;

	EndOrders(StreamContext context) {
		this.context = context;
	}

	void start(ScheduledExecutorService clock) {
		this.clock = clock;
	}

	/**
	 * Closes a stream. A client of one that has failed, or whose node stops, is told when
	 * to come back, each another time, since many may come at once.
	 */
	void close(StreamLife stream, SseCloseReason reason) {
		boolean isToSpread = reason == SseCloseReason.FAILED || reason == SseCloseReason.SHUTDOWN;
		close(stream, (isToSpread) ? End.comeBack(reason, comeBackElsewhere()) : End.of(reason));
	}

	/**
	 * Closes a stream since a newer one of the same client has opened. Of two that
	 * replace each other over and over the one that has gone is told to stay away for a
	 * while.
	 */
	void replace(StreamLife older, StreamLife newer) {
		Replacements before = older.replacements();
		Replacements now = before.next(this.context.nanoTime());
		newer.setReplacements(now);
		if (now.isEndless() && !before.isEndless()) {
			StreamLog.with(newer.clientId(), () -> this.context.faults().warn(logger, ENDLESS));
		}
		close(older, (now.isEndless()) ? End.comeBack(SseCloseReason.REPLACED, Replacements.RETRY)
				: End.of(SseCloseReason.REPLACED));
	}

	/**
	 * Closes a stream since a newer one of the same client has opened on another node. A
	 * client that has left it does not know; one that has not is told to stay away for a
	 * while, since nobody counts how often they replace each other.
	 */
	void replacedElsewhere(StreamLife older) {
		close(older, End.comeBack(SseCloseReason.REPLACED, Replacements.RETRY));
	}

	void close(StreamLife stream, End end) {
		stream.close(end);
		if (this.context.settings().interrupt() == Interrupt.ALWAYS) {
			interruptLater(stream);
		}
	}

	private Duration comeBackElsewhere() {
		StreamSettings.Shutdown shutdown = this.context.settings().shutdown();
		long min = shutdown.minRetry().toMillis();
		long max = shutdown.maxRetry().toMillis();
		RandomGenerator random = this.context.environment().random();
		return Duration.ofMillis(min + random.nextLong(max - min + 1));
	}

	/**
	 * Interrupts a stream's method after {@code sse.shutdown.timeout}, if it still runs.
	 */
	private void interruptLater(StreamLife stream) {
		ScheduledExecutorService clock = this.clock;
		if (clock != null && !clock.isShutdown() && stream.phase() instanceof AttachedPhase attached) {
			attached.handler().interruptLater(clock, this.context.settings().shutdown().timeout());
		}
	}

}
