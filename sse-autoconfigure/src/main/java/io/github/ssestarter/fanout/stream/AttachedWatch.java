package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.shard.Deadline;

/**
 * Looks after attached streams, whose own thread is the application's: heartbeats while a
 * handler thinks, the end of its user's login, and orders to close of other nodes.
 */
public final class AttachedWatch {

	/*
	 * A heartbeat to an attached stream is a write that waits for the client. So one
	 * thread looks at the clock and never writes, and a few others write and may be held.
	 * What waits for one of them is one heartbeat for each stream at most.
	 */

	private static final int WRITERS = 8;

	private static final Log logger = LogFactory.getLog(AttachedWatch.class);

	private static final Duration MAX_ROUND = Duration.ofMillis(500);

	private final StreamContext context;

	private final Streams streams;

	private final Set<AttachedPhase> waiting = ConcurrentHashMap.newKeySet();

	private @Nullable ThreadPoolExecutor writers;

	private final ThreadFactory writerThreads;

	/**
	 * Watches nothing before it is started.
	 */
	public AttachedWatch(StreamContext context, Streams streams) {
		this(context, streams, DaemonThreads.named("sse-attached-heartbeat"));
	}

	AttachedWatch(StreamContext context, Streams streams, ThreadFactory writerThreads) {
		this.context = context;
		this.streams = streams;
		this.writerThreads = writerThreads;
	}

	/**
	 * Begins to watch.
	 */
	public void start(ScheduledExecutorService clock) {
		this.writers = new ThreadPoolExecutor(WRITERS, WRITERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				this.writerThreads);
		this.writers.allowCoreThreadTimeOut(true);
		Duration interval = this.context.settings().options().heartbeatInterval();
		long round = Math.min(MAX_ROUND.toNanos(), (interval.isZero()) ? Long.MAX_VALUE : interval.toNanos() / 4 + 1);
		clock.scheduleWithFixedDelay(
				this.context.faults().telling(logger, "Attached streams could not be looked after", this::round), round,
				round, TimeUnit.NANOSECONDS);
	}

	/**
	 * Ends the heartbeats.
	 */
	public void stop() {
		if (this.writers != null) {
			this.writers.shutdownNow();
		}
		this.waiting.clear();
	}

	private void round() {
		long now = this.context.nanoTime();
		this.streams.carryOutOrders();
		for (StreamLife stream : this.streams.attached()) {
			if (stream.phase() instanceof AttachedPhase attached) {
				this.context.faults()
					.telling(logger, "An attached stream could not be looked after",
							() -> lookAfter(stream, attached, now))
					.run();
			}
		}
	}

	private void lookAfter(StreamLife stream, AttachedPhase attached, long now) {
		if (hasExpired(stream, now)) {
			stream.close(SseCloseReason.EXPIRED);
		}
		if (attached.isHeartbeatDue(now) && this.waiting.add(attached)) {
			heartbeat(attached);
		}
	}

	private static boolean hasExpired(StreamLife stream, long now) {
		Deadline loginEnd = stream.loginEnd();
		return loginEnd != null && loginEnd.isOver(now) && stream.isOpen();
	}

	private void heartbeat(AttachedPhase attached) {
		ThreadPoolExecutor writers = this.writers;
		try {
			if (writers != null) {
				writers
					.execute(this.context.faults().telling(logger, "A heartbeat of an attached stream failed", () -> {
						this.waiting.remove(attached);
						attached.heartbeat(this.context.nanoTime());
					}));
			}
		}
		catch (RejectedExecutionException ex) {
			// The engine stops
			this.waiting.remove(attached);
		}
		catch (RuntimeException | Error ex) {
			this.waiting.remove(attached);
			throw ex;
		}
	}

}
