package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The one thread that connects and reads.
 */
final class LoadLoop implements Runnable {

	private static final int BUFFER = 256 * 1024;

	private final Selector selector;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

	/** A record of TLS must have room, however full it is. */
	private final byte[] bytes = new byte[2 * BUFFER];

	/** Clients that wait until others have connected. Guarded by the loop's thread. */
	private final Queue<LoadConnection> waiting = new ArrayDeque<>();

	private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	LoadLoop() throws IOException {
		this.selector = Selector.open();
	}

	/**
	 * Runs a task in the loop's thread, and waits for it.
	 */
	<T> T call(Callable<T> task) throws Exception {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.tasks.add(() -> {
			try {
				result.complete(task.call());
			}
			catch (Exception ex) {
				result.completeExceptionally(ex);
			}
		});
		this.selector.wakeup();
		return result.get();
	}

	/**
	 * Connects the clients of a group, of which there is one at a time.
	 */
	void connect(LoadGroup group, LoadOrder order) throws Exception {
		call(() -> {
			this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), order.port());
			for (int i = 0; i < order.count(); i += order.wire().streams()) {
				LoadConnection connection = new LoadConnection(group, order, i);
				group.connections.add(connection);
				this.waiting.add(connection);
			}
			for (int i = 0; i < order.window(); i++) {
				connectNext();
			}
			return group;
		});
	}

	private void connectNext() throws IOException {
		LoadConnection next = this.waiting.poll();
		if (next != null) {
			next.connect(this.selector, this.address);
		}
	}

	@Override
	public void run() {
		while (true) {
			try {
				this.selector.select(this::ready);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			Runnable task = this.tasks.poll();
			while (task != null) {
				task.run();
				task = this.tasks.poll();
			}
		}
	}

	private void ready(SelectionKey key) {
		LoadConnection connection = (LoadConnection) key.attachment();
		try {
			for (int i = connection.ready(key, this.buffer, this.bytes); i > 0; i--) {
				connection.group().opened();
				connectNext();
			}
		}
		catch (IOException ex) {
			key.cancel();
			connection.group().lost();
			System.err.println(ex.getMessage());
		}
	}

}
