package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.shard.End;

/**
 * Orders a stream to end, and interrupts the method that does not see it. Never waits.
 */
final class EndOrders {

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

	void close(StreamLife stream, End end) {
		stream.close(end);
		if (stream.isAttached()) {
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
		if (clock != null && !clock.isShutdown()) {
			ScheduledFuture<?> interruption = clock.schedule(stream::interrupt,
					this.context.settings().shutdown().timeout().toNanos(), TimeUnit.NANOSECONDS);
			stream.onClose((reason) -> interruption.cancel(false));
		}
	}

}
