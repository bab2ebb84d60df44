package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SsePublishException;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.BackplaneStatus;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.backplane.MessageCodec;
import io.github.ssestarter.fanout.notice.DaemonThreads;

/**
 * The backplane of many nodes: one stream of Redis is the log. One connection reads it,
 * another one appends.
 *
 * @since 0.1.0
 */
public final class RedisBackplane implements Backplane {

	/** How long to wait before looking again whether a place is read, in nanoseconds. */
	private static final long AHEAD_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	/** So many clients are waited for at once: what they present may be made up. */
	private static final int MAX_AHEAD = 16;

	private final RedisLog.Connector connector;

	private final ClusterRegistry registry;

	private final RedisSettings settings;

	private final RandomGenerator random;

	private final LongSupplier nanoTime;

	private final LongAdder reconnects = new LongAdder();

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final Semaphore ahead = new Semaphore(MAX_AHEAD);

	private volatile @Nullable Running running;

	/**
	 * Creates a backplane that does nothing before it is started.
	 * @param connector connects to Redis
	 * @param registry knows the streams of all nodes
	 * @param settings the settings
	 * @param random gives names to logs and publishers, and spreads what nodes do
	 * @param nanoTime a clock that cannot jump
	 */
	public RedisBackplane(LettuceConnector connector, ClusterRegistry registry, RedisSettings settings,
			RandomGenerator random, LongSupplier nanoTime) {
		this((RedisLog.Connector) connector, registry, settings, random, nanoTime);
	}

	RedisBackplane(RedisLog.Connector connector, ClusterRegistry registry, RedisSettings settings,
			RandomGenerator random, LongSupplier nanoTime) {
		this.connector = connector;
		this.registry = registry;
		this.settings = settings;
		this.random = random;
		this.nanoTime = nanoTime;
	}

	/**
	 * Waits until the log has been read that Redis holds, or it turns out that it cannot
	 * be.
	 * @throws RedisUnavailableException if it cannot, and the application is not to start
	 * then
	 */
	@Override
	public void start(Receiver receiver) {
		Running started = new Running(receiver);
		this.running = started;
		started.start();
		try {
			started.reader.tried().join();
		}
		catch (CompletionException ex) {
			if (this.settings.onStart() == OnStart.FAIL) {
				this.running = null;
				started.stop();
				Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
				throw new RedisUnavailableException("The log of events cannot be read: " + cause.getMessage(), cause);
			}
		}
		started.reader.ready().thenRun(() -> this.ready.complete(null));
	}

	/**
	 * Publishes what waits, for at most {@link RedisSettings#stopTimeout()} and the time
	 * that Redis takes to answer.
	 */
	@Override
	public void stop() {
		Running stopping = this.running;
		this.running = null;
		if (stopping != null) {
			stopping.stop();
		}
	}

	@Override
	public boolean awaitRoom(Duration timeout) {
		Running running = this.running;
		return running == null || running.backlog.awaitRoom(timeout);
	}

	@Override
	public CompletableFuture<EventId> publish(Message message) {
		byte[] bytes = MessageCodec.encode(message);
		Running running = this.running;
		CompletableFuture<EventId> place = (running != null) ? running.backlog.offer(bytes) : null;
		if (place != null) {
			return place;
		}
		if (running == null || running.backlog.isClosed()) {
			return CompletableFuture.failedFuture(new SsePublishException(
					"The event was not sent: the application has not started yet, or is shutting down"));
		}
		Throwable failure = failure();
		String why = "The event was not sent, since what may wait for Redis is full (sse.redis.backlog, sse.redis.backlog-size): "
				+ ((failure != null) ? failure.getMessage() : "events are published faster than Redis takes them");
		return CompletableFuture
			.failedFuture((failure != null) ? new SsePublishException(why, failure) : new SsePublishException(why));
	}

	@Override
	public boolean awaitReceived(EventId id, Duration timeout) {
		if (!this.ahead.tryAcquire()) {
			return false;
		}
		try {
			return awaitRead(id, timeout);
		}
		finally {
			this.ahead.release();
		}
	}

	private boolean awaitRead(EventId id, Duration timeout) {
		Running running = this.running;
		long start = this.nanoTime.getAsLong();
		LogPlace place = (running != null) ? running.reader.place() : null;
		while (running != null && place != null && place.generation().equals(id.generation())) {
			if (place.isAtOrAfter(id)) {
				return true;
			}
			if (this.nanoTime.getAsLong() - start >= timeout.toNanos() || Thread.currentThread().isInterrupted()) {
				return false;
			}
			LockSupport.parkNanos(this, AHEAD_PAUSE);
			place = running.reader.place();
		}
		return false;
	}

	@Override
	public @Nullable Throwable failure() {
		Running running = this.running;
		if (running == null) {
			return null;
		}
		Throwable failure = running.reader.failure();
		return (failure != null) ? failure : running.publisher.failure();
	}

	@Override
	public ClusterRegistry registry() {
		return this.registry;
	}

	@Override
	public BackplaneStatus status() {
		Running running = this.running;
		return (running != null)
				? new BackplaneStatus(running.reader.lag(), running.reader.sinceCheck(), this.reconnects.sum())
				: new BackplaneStatus(Duration.ZERO, null, this.reconnects.sum());
	}

	/**
	 * Tells when this node has read the log for the first time, so that it knows what its
	 * clients may ask for.
	 * @return completed then, by a thread that must not be held up
	 */
	public CompletionStage<Void> ready() {
		return this.ready.minimalCompletionStage();
	}

	/**
	 * From a start to its stop.
	 */
	private final class Running {

		private final Delivery delivery;

		private final Backlog backlog;

		private final Pause readerPause;

		private final LogReader reader;

		private final LogPublisher publisher;

		private final Thread readerThread;

		private final Thread publisherThread;

		Running(Receiver receiver) {
			RedisBackplane outer = RedisBackplane.this;
			RedisSettings settings = outer.settings;
			this.delivery = new Delivery(receiver);
			this.backlog = new Backlog(settings.backlog(), outer.nanoTime);
			this.readerPause = new Pause(settings, outer.random);
			this.reader = new LogReader(new CountedConnector(outer.connector, outer.reconnects), settings,
					this.delivery, this.readerPause, outer.nanoTime, outer.random);
			String name = EventId.newGeneration(outer.random) + EventId.newGeneration(outer.random);
			this.publisher = new LogPublisher(new CountedConnector(outer.connector, outer.reconnects), settings,
					this.backlog, name, this.reader::place, new Pause(settings, outer.random), outer.nanoTime);
			this.readerThread = DaemonThreads.named("sse-redis-reader").newThread(this.reader::run);
			this.publisherThread = DaemonThreads.named("sse-redis-publisher").newThread(this.publisher::run);
		}

		void start() {
			this.readerThread.start();
			this.publisherThread.start();
		}

		void stop() {
			this.backlog.close();
			join(this.publisherThread);
			this.readerPause.stop();
			this.delivery.close();
			this.reader.interrupt();
			join(this.readerThread);
		}

		/** Whatever they wait for is bounded. */
		private static void join(Thread thread) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
