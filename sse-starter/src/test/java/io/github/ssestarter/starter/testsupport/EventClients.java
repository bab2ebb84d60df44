package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

/**
 * Thousands of clients on one thread. They look at what comes as it comes and keep none
 * of it, so that they are not what a stress test measures.
 */
public final class EventClients implements AutoCloseable {

	/** How many wait for an answer at once, or the accept queue overflows. */
	private static final int MAX_CONNECTING = 100;

	private final Selector selector;

	private final Thread thread;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private volatile boolean isClosed;

	private volatile @Nullable Throwable failure;

	// The thread's only, from here on

	private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

	private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();

	private final Queue<EventClient> toConnect = new ArrayDeque<>();

	private int connecting;

	private volatile long bytesRead;

	public EventClients() {
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread = new Thread(this::run, "stress-clients");
		this.thread.start();
	}

	// Any thread

	/**
	 * Begins to connect a client.
	 */
	public void connect(EventClient.Request request, EventClient.Listener listener) {
		execute(() -> {
			try {
				this.toConnect.add(new EventClient(this, request, listener));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	public void execute(Runnable task) {
		this.tasks.add(task);
		if (Thread.currentThread() != this.thread) {
			this.selector.wakeup();
		}
	}

	/**
	 * Has a task run, and waits until it has and what it closed is closed.
	 */
	public void call(Runnable task) {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		execute(() -> {
			task.run();
			// A channel keeps its socket until the next selection
			execute(() -> done.complete(null));
		});
		done.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
	}

	long bytesRead() {
		return this.bytesRead;
	}

	/**
	 * Fails if a client has met what it did not expect.
	 */
	public void check() {
		Throwable failure = this.failure;
		if (failure != null) {
			throw new AssertionError("A client failed: " + failure.getMessage(), failure);
		}
	}

	// The thread of the clients

	void later(Duration delay, Runnable task) {
		this.alarms.add(new Alarm(System.nanoTime() + delay.toNanos(), task));
	}

	void answered() {
		this.connecting--;
	}

	void failed(Throwable failure) {
		if (this.failure == null) {
			this.failure = failure;
		}
	}

	@SuppressWarnings("NonAtomicVolatileUpdate")
	void hasRead(int bytes) {
		this.bytesRead += bytes;
	}

	private void run() {
		try (Selector selector = this.selector) {
			while (!this.isClosed) {
				turn(selector);
			}
			selector.keys().forEach((key) -> ((EventClient) key.attachment()).cut());
			selector.selectNow();
		}
		catch (IOException | RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void turn(Selector selector) throws IOException {
		Alarm next = this.alarms.peek();
		long left = (next != null) ? Math.max(1, (next.at() - System.nanoTime()) / 1_000_000) : 0;
		selector.select((key) -> ((EventClient) key.attachment()).ready(this.buffer.clear()), left);
		Runnable task = this.tasks.poll();
		for (int i = this.tasks.size(); task != null; i--) {
			task.run();
			task = (i > 0) ? this.tasks.poll() : null;
		}
		while (!this.alarms.isEmpty() && this.alarms.peek().at() - System.nanoTime() <= 0) {
			this.alarms.remove().task().run();
		}
		while (this.connecting < MAX_CONNECTING && !this.toConnect.isEmpty()) {
			this.connecting++;
			this.toConnect.remove().connect(selector);
		}
		if (!this.tasks.isEmpty()) {
			selector.wakeup();
		}
	}

	@Override
	public void close() {
		this.isClosed = true;
		this.selector.wakeup();
		try {
			this.thread.join(30_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Alarm(long at, Runnable task) implements Comparable<Alarm> {

		@Override
		public int compareTo(Alarm other) {
			return Long.compare(this.at, other.at);
		}

	}

}
