package io.github.ssestarter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The one daemon thread that does the input and output of every client in the JVM.
 */
final class ClientLoop {

	/*
	 * A loop begins with the first connection that enters and ends when the last one has
	 * left; one that comes later begins another. Everything a connection does happens on
	 * the loop's thread, which tests reach by execute(…) and call(…). Whether the loop
	 * goes on is decided under the same lock that tasks are added under, so that a task
	 * once accepted will run.
	 *
	 * A channel that is closed while it is registered keeps its socket until the next
	 * selection, and a reset goes out only then. So call(…) makes one before it returns.
	 */

	private static final int BUFFER_SIZE = 64 * 1024;

	// Guarded by ClientLoop.class
	private static @Nullable ClientLoop current;

	private final Selector selector;

	// Guarded by this
	private final Queue<Runnable> tasks = new ArrayDeque<>();

	// Guarded by this
	private int connections;

	// Guarded by this
	private boolean ended;

	private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();

	private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);

	private ClientLoop(Selector selector) {
		this.selector = selector;
	}

	/**
	 * Enter the running loop, or begin one. Who enters has to leave.
	 * @return the loop
	 * @throws IOException if no selector could be opened
	 */
	static ClientLoop enter() throws IOException {
		synchronized (ClientLoop.class) {
			ClientLoop loop = current;
			if (loop == null || !loop.admit()) {
				loop = new ClientLoop(Selector.open());
				loop.admit();
				Thread thread = new Thread(loop::run, "sse-test-clients");
				thread.setDaemon(true);
				thread.start();
				current = loop;
			}
			return loop;
		}
	}

	private synchronized boolean admit() {
		if (!this.ended) {
			this.connections++;
		}
		return !this.ended;
	}

	synchronized void leave() {
		this.connections--;
	}

	/**
	 * Have a task run on the loop's thread.
	 * @param task the task, which must not throw
	 * @return {@code false} if the loop has ended, and the task will not run
	 */
	boolean execute(Runnable task) {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			this.tasks.add(task);
		}
		this.selector.wakeup();
		return true;
	}

	/**
	 * Have a task run on the loop's thread and wait until it has, and until what it
	 * closed is closed. Does nothing if the loop has ended.
	 * @param task the task, which must not throw
	 */
	void call(Runnable task) {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		boolean accepted = execute(() -> {
			try {
				task.run();
				this.selector.selectNow(this::ready);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			finally {
				done.complete(null);
			}
		});
		if (accepted) {
			done.join();
		}
	}

	Selector selector() {
		return this.selector;
	}

	/**
	 * Wake a connection later. Called on the loop's thread.
	 * @param nanos how much later
	 * @param connection what to wake
	 */
	void wakeAfter(long nanos, ClientConnection connection) {
		this.alarms.add(new Alarm(System.nanoTime() + nanos, connection));
	}

	private void run() {
		try (Selector open = this.selector) {
			runTasks();
			while (!endIfEmpty()) {
				open.select(this::ready, millisToNextAlarm());
				runAlarms();
				runTasks();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			end();
		}
	}

	private synchronized boolean endIfEmpty() {
		this.ended = this.connections == 0 && this.tasks.isEmpty();
		return this.ended;
	}

	private void ready(SelectionKey key) {
		((ClientConnection) key.attachment()).ready(this.buffer.clear());
	}

	private long millisToNextAlarm() {
		Alarm next = this.alarms.peek();
		if (next == null) {
			return 0;
		}
		return Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.at() - System.nanoTime() + 999_999));
	}

	private void runAlarms() {
		Alarm next = this.alarms.peek();
		while (next != null && next.at() - System.nanoTime() <= 0) {
			this.alarms.remove().connection().wake();
			next = this.alarms.peek();
		}
	}

	private void runTasks() {
		Runnable task = nextTask();
		while (task != null) {
			task.run();
			task = nextTask();
		}
	}

	private synchronized @Nullable Runnable nextTask() {
		return this.tasks.poll();
	}

	private void end() {
		synchronized (this) {
			this.ended = true;
		}
		runTasks();
	}

	private record Alarm(long at, ClientConnection connection) implements Comparable<Alarm> {

		@Override
		public int compareTo(Alarm other) {
			return Long.signum(this.at - other.at);
		}

	}

}
