package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The network between an application and its Redis: it can be cut, and it can be silent,
 * so that what is sent is kept and comes when it is not any more.
 */
public final class FaultProxy implements AutoCloseable {

	private volatile int target;

	private final ServerSocket acceptor;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private boolean isSilent;

	private volatile int connections;

	private FaultProxy(int target) throws IOException {
		this.target = target;
		this.acceptor = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		start("fault-proxy", this::accept);
	}

	/**
	 * Forwards all.
	 * @param target the port of Redis
	 */
	public static FaultProxy to(int target) {
		try {
			return new FaultProxy(target);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.acceptor.getLocalPort();
	}

	/**
	 * How many connections have been made.
	 */
	public int connections() {
		return this.connections;
	}

	/**
	 * Ends all connections.
	 * @param isReset whether by a RST, and not by a FIN
	 */
	public void cut(boolean isReset) {
		for (Socket socket : this.sockets) {
			end(socket, isReset);
		}
	}

	/**
	 * Forwards to another server, to which nobody is connected yet.
	 */
	public void moveTo(int target) {
		this.target = target;
		cut(false);
	}

	/**
	 * Keeps all that is sent, in both directions, also on new connections.
	 */
	public void silence(boolean isSilent) {
		this.lock.lock();
		try {
			this.isSilent = isSilent;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@SuppressWarnings("NonAtomicVolatileUpdate")
	private void accept() {
		try {
			while (true) {
				Socket client = this.acceptor.accept();
				this.connections++;
				try {
					Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target);
					this.sockets.add(client);
					this.sockets.add(server);
					start("fault-proxy-in", () -> forward(client, server));
					start("fault-proxy-out", () -> forward(server, client));
				}
				catch (IOException ex) {
					end(client, true);
				}
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void forward(Socket from, Socket to) {
		byte[] bytes = new byte[16_384];
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			int count = input.read(bytes);
			while (count >= 0) {
				awaitSound(from);
				output.write(bytes, 0, count);
				count = input.read(bytes);
			}
		}
		catch (IOException | InterruptedException ex) {
			// The other one is told by the end
		}
		end(from, false);
		end(to, false);
	}

	private void awaitSound(Socket socket) throws InterruptedException {
		this.lock.lock();
		try {
			while (this.isSilent && !socket.isClosed()) {
				this.changed.await();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void end(Socket socket, boolean isReset) {
		this.sockets.remove(socket);
		try {
			if (isReset) {
				socket.setSoLinger(true, 0);
			}
			socket.close();
		}
		catch (SocketException ex) {
			// Closed already
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.acceptor.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut(true);
		silence(false);
	}

}
