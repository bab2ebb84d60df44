package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.github.ssestarter.fanout.hearing.Subscription;
import io.github.ssestarter.fanout.notice.DaemonThreads;
import io.github.ssestarter.fanout.notice.EngineListener;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.history.EventHistory;
import io.github.ssestarter.history.HistoryEntry;

/**
 * The shards of an engine, and where publishers wait for the slowest of them.
 */
public final class Shards {

	private final int count;

	private final EventHistory history;

	private final ShardSettings settings;

	private final Frames frames;

	private final EngineListener listener;

	private final FaultLog faults;

	private final LongSupplier nanoTime;

	private final RandomGenerator random;

	private final List<Thread> threads = new ArrayList<>();

	private volatile List<Shard> shards = List.of();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition progress = this.lock.newCondition();

	/** Written under the lock. */
	private volatile int waiting;

	/**
	 * Creates shards that are made when they are prepared.
	 * @param count how many
	 */
	public Shards(int count, EventHistory history, ShardSettings settings, Frames frames, EngineListener listener,
			FaultLog faults, LongSupplier nanoTime, RandomGenerator random) {
		this.count = count;
		this.history = history;
		this.settings = settings;
		this.frames = frames;
		this.listener = listener;
		this.faults = faults;
		this.nanoTime = nanoTime;
		this.random = random;
	}

	/**
	 * Makes the shards, at the end of the log, without their threads.
	 */
	public void prepare() {
		List<Shard> shards = new ArrayList<>();
		for (int i = 0; i < this.count; i++) {
			Turn turn = new Turn(this.history, this.settings, this.frames, this.random, new Tally(this.listener));
			shards.add(new Shard(turn, this.faults, this.nanoTime, this::progressed));
		}
		this.shards = List.copyOf(shards);
	}

	/**
	 * Starts a thread for each shard.
	 */
	public void start() {
		int number = 1;
		for (Shard shard : this.shards) {
			Thread thread = DaemonThreads.named("sse-shard-" + number++).newThread(shard::run);
			this.threads.add(thread);
			thread.start();
		}
	}

	/**
	 * Stops the threads, and waits for each, at most for {@code sse.shutdown.timeout}.
	 * Connections that are still there end.
	 */
	public void stop() {
		List<Shard> stopping = this.shards;
		// Nobody is connected any more
		this.shards = List.of();
		stopping.forEach((shard) -> shard.mailbox().stop());
		boolean isInterrupted = false;
		for (Thread thread : this.threads) {
			try {
				thread.join(this.settings.endTimeout().toMillis());
			}
			catch (InterruptedException ex) {
				isInterrupted = true;
			}
		}
		this.threads.clear();
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	public boolean isRunning() {
		return !this.shards.isEmpty();
	}

	/**
	 * Makes a connection, which does nothing before it is started.
	 * @param key the same for connections that the same thread must write to
	 * @param owner the connection's stream
	 * @param options what it has of its own
	 */
	public Connection connect(Object key, ConnectionOwner owner, Subscription subscription, Progress progress,
			StreamOptions options, Opening opening) {
		return shard(key).connect(owner, subscription, progress, options, opening);
	}

	Shard shard(Object key) {
		List<Shard> shards = this.shards;
		if (shards.isEmpty()) {
			throw new IllegalStateException("The SSE engine is not running: the application is stopping");
		}
		return shards.get(Math.floorMod(key.hashCode(), shards.size()));
	}

	List<Shard> all() {
		return this.shards;
	}

	// In the order of the log

	/**
	 * A log begins.
	 */
	public void begun() {
		for (Shard shard : this.shards) {
			shard.mailbox().wake();
		}
	}

	/**
	 * An event was appended to the log.
	 */
	public void appended(HistoryEntry entry) {
		for (Shard shard : this.shards) {
			shard.mailbox().appended(entry);
		}
	}

	/**
	 * An order to close came.
	 */
	public void order(Order order) {
		for (Shard shard : this.shards) {
			shard.mailbox().order(order);
		}
	}

	// Publishers

	/**
	 * Whether the slowest shard is near enough to the log's end for more to be published:
	 * half of the window, so that nothing is evicted that a shard has not handed out.
	 */
	public boolean hasRoom() {
		int maxEvents = Math.max(1, this.history.limits().maxEvents() / 2);
		long maxBytes = this.history.limits().maxBytes() / 2;
		for (Shard shard : this.shards) {
			if (shard.backlogEvents() > maxEvents || shard.backlogBytes() > maxBytes
					|| shard.mailbox().orderCount() > Math.max(maxEvents, Mailbox.MAX_UNSEEN_ORDERS)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Waits until the shards have come far enough.
	 * @return whether they have; not if the time ran out, or the thread was interrupted
	 */
	public boolean awaitRoom(Duration timeout) {
		if (hasRoom()) {
			return true;
		}
		this.lock.lock();
		this.waiting++;
		try {
			long left = timeout.toNanos();
			while (!hasRoom()) {
				if (left <= 0) {
					return false;
				}
				left = this.progress.awaitNanos(left);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.waiting--;
			this.lock.unlock();
		}
	}

	/**
	 * A shard has come further.
	 */
	private void progressed() {
		if (this.waiting > 0) {
			this.lock.lock();
			try {
				this.progress.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	// Figures

	/**
	 * How far the slowest shard is behind the log.
	 * @return the number of events
	 */
	public long backlog() {
		return this.shards.stream().mapToLong(Shard::backlogEvents).max().orElse(0);
	}

	/**
	 * The shards that should have turned and have not.
	 * @param limit for how long they have not
	 * @return the names of their threads
	 */
	public List<String> stalled(long now, Duration limit) {
		return this.shards.stream().filter((shard) -> shard.isStalled(now, limit)).map(Shard::name).toList();
	}

}
