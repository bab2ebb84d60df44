package io.github.ssestarter.fanout.stream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.shard.Deadline;

/**
 * Looks after attached streams, whose own thread is the application's: heartbeats while a
 * handler thinks, the end of its user's login, and orders to close of other nodes.
 */
public final class AttachedWatch {

	/*
	 * A heartbeat to an attached stream is a write that may wait for the client, which
	 * nobody can know before: the window of an HTTP/2 stream is the container's. So one
	 * thread looks at the clock and never writes, and each heartbeat has a thread for
	 * itself as long as it is written. None waits for the client of another. A stream has
	 * one at most, so there are never more of them than requests that hold a thread.
	 */

	private static final Log logger = LogFactory.getLog(AttachedWatch.class);

	private static final Duration MAX_ROUND = Duration.ofMillis(500);

	private final StreamContext context;

	private final Streams streams;

	/** Those that are being written a heartbeat. */
	private final Set<AttachedPhase> beating = ConcurrentHashMap.newKeySet();

	private @Nullable ThreadPoolExecutor writers;

	private final ThreadFactory writerThreads;

	/**
	 * Watches nothing before it is started.
	 */
	public AttachedWatch(StreamContext context, Streams streams) {
		this(context, streams, context.environment().heartbeats());
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
		this.writers = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				this.writerThreads);
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
		this.beating.clear();
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
		if (attached.isHeartbeatDue(now) && this.beating.add(attached)) {
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
				Runnable beat = this.context.faults()
					.telling(logger, "A heartbeat of an attached stream failed",
							() -> attached.heartbeat(this.context.nanoTime()));
				writers.execute(() -> {
					try {
						beat.run();
					}
					finally {
						this.beating.remove(attached);
					}
				});
			}
		}
		catch (RejectedExecutionException ex) {
			// The engine stops
			this.beating.remove(attached);
		}
		catch (RuntimeException | Error ex) {
			this.beating.remove(attached);
			throw ex;
		}
	}

}
