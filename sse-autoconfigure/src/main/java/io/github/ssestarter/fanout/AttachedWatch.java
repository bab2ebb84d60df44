package io.github.ssestarter.fanout;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;

/**
 * Looks after attached streams, whose own thread is the application's: heartbeats while a
 * handler thinks, the end of its user's login, and the interruption of one that does not
 * see an order to close.
 */
final class AttachedWatch {

	/*
	 * A heartbeat to an attached stream is a write that waits for the client. So one
	 * thread looks at the clock and never writes, and a few others write and may be held.
	 * What waits for one of them is one heartbeat for each stream at most.
	 */

	private static final int WRITERS = 8;

	private static final Duration MAX_ROUND = Duration.ofMillis(500);

	private final SseEngine engine;

	private final Set<AttachedPhase> waiting = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledExecutorService clock;

	private @Nullable ThreadPoolExecutor writers;

	AttachedWatch(SseEngine engine) {
		this.engine = engine;
	}

	void start(ScheduledExecutorService clock) {
		this.clock = clock;
		this.writers = new ThreadPoolExecutor(WRITERS, WRITERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				DaemonThreads.named("sse-attached-heartbeat"));
		this.writers.allowCoreThreadTimeOut(true);
		Duration interval = this.engine.settings().heartbeat().interval();
		long round = Math.min(MAX_ROUND.toNanos(), (interval.isZero()) ? Long.MAX_VALUE : interval.toNanos() / 4 + 1);
		clock.scheduleWithFixedDelay(this::round, round, round, TimeUnit.NANOSECONDS);
	}

	void stop() {
		if (this.writers != null) {
			this.writers.shutdownNow();
		}
	}

	private void round() {
		long now = this.engine.nanoTime();
		for (RegisteredStream stream : this.engine.streams().all()) {
			if (stream.phase() instanceof AttachedPhase attached) {
				lookAfter(stream, attached, now);
			}
		}
	}

	private void lookAfter(RegisteredStream stream, AttachedPhase attached, long now) {
		if (hasExpired(stream, now)) {
			this.engine.closer().close(stream, SseCloseReason.EXPIRED);
		}
		if (attached.isHeartbeatDue(now) && this.waiting.add(attached)) {
			heartbeat(attached);
		}
	}

	private static boolean hasExpired(RegisteredStream stream, long now) {
		Deadline loginEnd = stream.loginEnd();
		return loginEnd != null && loginEnd.isOver(now) && !stream.isClosing();
	}

	private void heartbeat(AttachedPhase attached) {
		ThreadPoolExecutor writers = this.writers;
		try {
			if (writers != null) {
				writers.execute(() -> {
					this.waiting.remove(attached);
					attached.heartbeat(this.engine.nanoTime());
				});
			}
		}
		catch (RejectedExecutionException ex) {
			this.waiting.remove(attached);
		}
	}

	/**
	 * Interrupts a stream's method after {@code sse.shutdown.timeout}, if it still runs.
	 */
	void interruptLater(RegisteredStream stream) {
		ScheduledExecutorService clock = this.clock;
		if (clock != null) {
			ScheduledFuture<?> interruption = clock.schedule(stream::interrupt,
					this.engine.settings().shutdown().timeout().toNanos(), TimeUnit.NANOSECONDS);
			stream.onClose((reason) -> interruption.cancel(false));
		}
	}

}
