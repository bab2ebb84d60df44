package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the sockets of HTTP/2 connections can be written to, and when they can.
 *
 * @since 0.1.0
 */
public final class WritableSockets implements AutoCloseable {

	/*
	 * Tomcat writes HTTP/2 frames to the socket in blocking mode, whatever the servlet
	 * API promises: a client that grants a large window and then does not read holds the
	 * thread that flushes. So the socket itself is asked, through selectors that are not
	 * Tomcat's: one is asked at once and never waited on, the other waits, on a thread of
	 * its own, for those that could not be written to.
	 */

	private static final Log logger = LogFactory.getLog(WritableSockets.class);

	private final Map<String, Socket> byConnection = new ConcurrentHashMap<>();

	private final Queue<Socket> toWatch = new ConcurrentLinkedQueue<>();

	private final ReentrantLock askLock = new ReentrantLock();

	@GuardedBy("this.askLock")
	private final Selector ask;

	private final Selector wait;

	private volatile boolean isClosed;

	/**
	 * Opens the selectors and starts the thread.
	 * @throws IOException if the system has no more selectors
	 */
	public WritableSockets() throws IOException {
		this.ask = Selector.open();
		this.wait = Selector.open();
		Thread thread = new Thread(this::watch, "sse-http2-writable");
		thread.setDaemon(true);
		thread.start();
	}

	void add(String connectionId, SocketChannel channel) {
		this.byConnection.put(connectionId, new Socket(channel));
		this.byConnection.values().removeIf((socket) -> !socket.channel.isOpen());
	}

	@Nullable Socket find(String connectionId) {
		return this.byConnection.get(connectionId);
	}

	private void watch() {
		try (Selector selector = this.wait) {
			while (!this.isClosed) {
				selector.select((key) -> ((Socket) key.attachment()).writable(key));
				watchMore();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.error("Sockets of HTTP/2 connections can no longer be watched", ex);
			this.byConnection.clear();
		}
	}

	private void watchMore() {
		Socket socket = this.toWatch.poll();
		while (socket != null) {
			try {
				socket.channel.register(this.wait, SelectionKey.OP_WRITE, socket);
			}
			catch (ClosedChannelException | CancelledKeyException ex) {
				socket.callWaiting();
			}
			socket = this.toWatch.poll();
		}
	}

	@Override
	public void close() throws IOException {
		this.isClosed = true;
		this.wait.wakeup();
		this.askLock.lock();
		try {
			this.ask.close();
		}
		finally {
			this.askLock.unlock();
		}
	}

	/**
	 * The socket of a connection.
	 */
	final class Socket {

		private final SocketChannel channel;

		private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

		private Socket(SocketChannel channel) {
			this.channel = channel;
		}

		SocketChannel channel() {
			return this.channel;
		}

		/**
		 * Whether a write of some kilobytes would not wait.
		 * @param whenWritable called once it would not, if it would now
		 */
		boolean isWritable(Runnable whenWritable) {
			try {
				if (ask()) {
					return true;
				}
			}
			catch (IOException | RuntimeException ex) {
				// The write itself will tell what is the matter
				return true;
			}
			this.waiting.add(whenWritable);
			WritableSockets.this.toWatch.add(this);
			WritableSockets.this.wait.wakeup();
			return false;
		}

		private boolean ask() throws IOException {
			WritableSockets.this.askLock.lock();
			try {
				Selector selector = WritableSockets.this.ask;
				SelectionKey key = this.channel.register(selector, SelectionKey.OP_WRITE);
				selector.selectNow();
				// Not the key's ready set, which keeps what it was when it was selected
				// last
				boolean isWritable = selector.selectedKeys().contains(key);
				key.interestOps(0);
				selector.selectedKeys().clear();
				return isWritable;
			}
			finally {
				WritableSockets.this.askLock.unlock();
			}
		}

		private void writable(SelectionKey key) {
			try {
				key.interestOps(0);
			}
			catch (CancelledKeyException ex) {
				// Closed meanwhile: the write will tell
			}
			callWaiting();
		}

		private void callWaiting() {
			Runnable next = this.waiting.poll();
			while (next != null) {
				next.run();
				next = this.waiting.poll();
			}
		}

	}

}
