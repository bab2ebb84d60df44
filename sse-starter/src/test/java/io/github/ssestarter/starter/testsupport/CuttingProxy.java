package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * A proxy that forwards bytes, on one thread, and cuts connections: at random, be it
 * inside an event, those on which the server is silent for too long, or when it is told
 * to.
 */
public final class CuttingProxy implements AutoCloseable {

	private static final int LOOK_AT_CLOCK_MILLIS = 10;

	private final int serverPort;

	private final long readTimeout;

	private final @Nullable Random random;

	private final Selector selector;

	private final ServerSocketChannel acceptor;

	private final Thread thread;

	private volatile boolean isCalm;

	/** Whether those that come are left waiting. */
	private volatile boolean isHolding;

	private volatile boolean isClosed;

	/** What all that are open are to be cut after, taken by the thread. */
	private final AtomicReference<@Nullable Cut> ordered = new AtomicReference<>();

	/** Written by the thread. */
	private volatile int begun;

	/** Written by the thread. */
	private volatile int cuts;

	/** Written by the thread. */
	private volatile int resets;

	/** Written by the thread. */
	private volatile @Nullable String failure;

	private CuttingProxy(int serverPort, Duration readTimeout, @Nullable Random random) {
		this.serverPort = serverPort;
		this.readTimeout = readTimeout.toNanos();
		this.random = random;
		try {
			this.selector = Selector.open();
			this.acceptor = ServerSocketChannel.open();
			this.acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
			this.acceptor.configureBlocking(false);
			this.acceptor.register(this.selector, SelectionKey.OP_ACCEPT);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread = new Thread(this::run, "stress-proxy");
		this.thread.start();
	}

	/**
	 * Cuts a connection on which nothing comes from the server for so long.
	 */
	public static CuttingProxy withReadTimeout(int serverPort, Duration readTimeout) {
		return new CuttingProxy(serverPort, readTimeout, null);
	}

	/**
	 * Cuts each connection after some bytes or some time, by a FIN or a RST.
	 */
	public static CuttingProxy cuttingAtRandom(int serverPort, Random random) {
		return new CuttingProxy(serverPort, Duration.ofDays(1), random);
	}

	public int port() {
		return this.acceptor.socket().getLocalPort();
	}

	/**
	 * Never cuts of itself.
	 */
	public static CuttingProxy whenTold(int serverPort) {
		return new CuttingProxy(serverPort, Duration.ofDays(1), null);
	}

	/**
	 * Cuts all connections that are open, each after so many more bytes of the server.
	 * @param bytes 0 for at once
	 * @param isReset whether by a RST, and not by a FIN
	 */
	public void cutAll(int bytes, boolean isReset) {
		this.ordered.set(new Cut(bytes, isReset));
		this.selector.wakeup();
	}

	/**
	 * Leaves those waiting that connect from now on, until {@link #release()}.
	 */
	public void hold() {
		this.isHolding = true;
		this.selector.wakeup();
	}

	public void release() {
		this.isHolding = false;
		this.selector.wakeup();
	}

	/**
	 * On how many connections the first block has passed as a whole.
	 */
	public int begun() {
		return this.begun;
	}

	/**
	 * How many connections it has cut.
	 */
	public int cuts() {
		return this.cuts;
	}

	/**
	 * How many of them it has cut by a RST.
	 */
	public int resets() {
		return this.resets;
	}

	/**
	 * What has gone wrong, {@code null} if nothing has.
	 */
	public @Nullable String failure() {
		return this.failure;
	}

	/**
	 * Cuts no more at random.
	 */
	public void calm() {
		this.isCalm = true;
	}

	private void run() {
		try (Selector selector = this.selector; ServerSocketChannel acceptor = this.acceptor) {
			while (!this.isClosed) {
				acceptor.keyFor(selector).interestOps((this.isHolding) ? 0 : SelectionKey.OP_ACCEPT);
				selector.select((key) -> ready(acceptor, key), LOOK_AT_CLOCK_MILLIS);
				Cut cut = this.ordered.getAndSet(null);
				if (cut != null) {
					selector.keys().forEach((key) -> cut(key, cut));
				}
				long now = System.nanoTime();
				selector.keys().forEach((key) -> tick(key, now));
			}
			selector.keys().forEach((key) -> end(key, true));
			selector.selectNow();
		}
		catch (IOException | RuntimeException | Error ex) {
			failed(ex.toString());
		}
	}

	private void ready(ServerSocketChannel acceptor, SelectionKey key) {
		if (key.attachment() instanceof ProxiedConnection connection) {
			connection.ready(key);
		}
		else {
			accept(acceptor);
		}
	}

	private void accept(ServerSocketChannel acceptor) {
		try {
			SocketChannel client = acceptor.accept();
			if (client != null) {
				new ProxiedConnection(this, client, plan()).begin(this.selector,
						new InetSocketAddress("localhost", this.serverPort));
			}
		}
		catch (IOException ex) {
			failed(ex.toString());
		}
	}

	/**
	 * Within the first blocks, or anywhere later.
	 */
	private ProxiedConnection.Plan plan() {
		Random random = this.random;
		if (random == null || this.isCalm) {
			return new ProxiedConnection.Plan(Long.MAX_VALUE, Long.MAX_VALUE, this.readTimeout, false);
		}
		int bytes = 1 + random.nextInt((random.nextInt(8) == 0) ? 700 : 8_000);
		long lifetime = TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(1500));
		return new ProxiedConnection.Plan(bytes, lifetime, this.readTimeout, random.nextBoolean());
	}

	private void tick(SelectionKey key, long now) {
		if (key.attachment() instanceof ProxiedConnection connection) {
			connection.tick(now);
		}
	}

	private static void cut(SelectionKey key, Cut cut) {
		if (key.attachment() instanceof ProxiedConnection connection && key.isValid()) {
			connection.cutAfter(cut.bytes(), cut.isReset());
		}
	}

	private static void end(SelectionKey key, boolean isReset) {
		if (key.attachment() instanceof ProxiedConnection connection) {
			connection.end(isReset);
		}
	}

	// Called by the connections, on the thread

	boolean isCalm() {
		return this.isCalm;
	}

	@SuppressWarnings("NonAtomicVolatileUpdate")
	void hasCut(boolean isReset) {
		this.cuts++;
		this.resets += (isReset) ? 1 : 0;
	}

	@SuppressWarnings("NonAtomicVolatileUpdate")
	void hasBegun() {
		this.begun++;
	}

	void failed(String text) {
		if (this.failure == null) {
			this.failure = text;
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

	private record Cut(int bytes, boolean isReset) {
	}

}
