package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A client's connection to a {@link CuttingProxy}, and the proxy's own to the server.
 * Everything happens on the proxy's thread.
 */
public final class ProxiedConnection {

	private final CuttingProxy proxy;

	private Plan plan;

	private final SocketChannel client;

	private final SocketChannel server;

	private final ByteBuffer toServer = ByteBuffer.allocate(1024);

	private final ByteBuffer toClient = ByteBuffer.allocate(8192);

	private final long begunAt = System.nanoTime();

	/** When the server was heard last. */
	private long heardAt = this.begunAt;

	/** How many of the server's bytes may still pass. */
	private long left;

	/** Whether the server has said all. */
	private boolean isComplete;

	/** Whether its first block has passed. */
	private boolean hasBegun;

	/** The server's last byte, and the one before. */
	private byte last;

	private byte lastButOne;

	/** Whether it is to be cut because somebody said so. */
	private boolean isTold;

	ProxiedConnection(CuttingProxy proxy, SocketChannel client, Plan plan) throws IOException {
		this.proxy = proxy;
		this.plan = plan;
		this.left = plan.bytes();
		this.client = client;
		this.server = SocketChannel.open();
	}

	void begin(Selector selector, SocketAddress address) throws IOException {
		this.client.configureBlocking(false);
		this.client.setOption(StandardSocketOptions.TCP_NODELAY, true);
		this.client.register(selector, 0, this);
		this.server.configureBlocking(false);
		this.server.setOption(StandardSocketOptions.TCP_NODELAY, true);
		this.server.register(selector, SelectionKey.OP_CONNECT, this);
		this.server.connect(address);
	}

	void ready(SelectionKey key) {
		try {
			if (!key.isValid()) {
				return;
			}
			if (key.isConnectable()) {
				this.server.finishConnect();
			}
			forward(key.selector());
		}
		catch (IOException ex) {
			// One of the two has gone: so the other's goes as well
			end(true);
		}
	}

	private void forward(Selector selector) throws IOException {
		if (this.client.read(this.toServer) < 0) {
			end(true);
			return;
		}
		write(this.toServer, this.server);
		if (this.proxy.isCalm()) {
			this.left = Long.MAX_VALUE;
		}
		this.toClient.limit(this.toClient.position() + (int) Math.min(this.toClient.remaining(), this.left));
		int count = this.server.read(this.toClient);
		if (count > 0) {
			this.heardAt = System.nanoTime();
			this.left -= count;
			look(this.toClient.position() - count, this.toClient.position());
		}
		this.isComplete |= count < 0;
		write(this.toClient, this.client);
		if (this.toClient.position() == 0 && this.left == 0) {
			cut();
		}
		else if (this.toClient.position() == 0 && this.isComplete) {
			end(false);
		}
		else {
			this.client.keyFor(selector).interestOps(interest(this.toServer, this.toClient));
			this.server.keyFor(selector).interestOps(interest(this.toClient, this.toServer));
		}
	}

	/**
	 * Looks for the first block's end. That of the header has a CR between its two line
	 * feeds.
	 */
	private void look(int from, int to) {
		for (int i = from; i < to; i++) {
			this.lastButOne = this.last;
			this.last = this.toClient.get(i);
			if (this.last == '\n' && this.lastButOne == '\n' && !this.hasBegun) {
				this.hasBegun = true;
				this.proxy.hasBegun();
			}
		}
		if (this.isTold && this.left == 0 && this.last == '\n' && this.lastButOne != '\n') {
			this.left = 1;
		}
	}

	private static void write(ByteBuffer buffer, SocketChannel channel) throws IOException {
		buffer.flip();
		channel.write(buffer);
		buffer.compact();
	}

	/**
	 * What to wait for on a channel that is read into one buffer and written from
	 * another.
	 */
	private static int interest(ByteBuffer read, ByteBuffer written) {
		return ((read.position() < read.capacity()) ? SelectionKey.OP_READ : 0)
				| ((written.position() > 0) ? SelectionKey.OP_WRITE : 0);
	}

	/**
	 * Looks at the clock.
	 */
	void tick(long now) {
		boolean isOver = now - this.begunAt >= this.plan.lifetime() && !this.proxy.isCalm();
		if (this.client.isOpen() && (isOver || now - this.heardAt >= this.plan.readTimeout())) {
			cut();
		}
	}

	/**
	 * Is to be cut after so many more bytes of the server, and one more if that is at the
	 * end of a line: some clients take an event's id before they have its last line feed.
	 */
	void cutAfter(int bytes, boolean isReset) {
		if (!this.client.isOpen()) {
			return;
		}
		this.plan = new Plan(bytes, Long.MAX_VALUE, Long.MAX_VALUE, isReset);
		this.left = bytes;
		this.isTold = true;
		if (bytes == 0) {
			cut();
		}
	}

	private void cut() {
		this.proxy.hasCut(this.plan.isReset());
		end(this.plan.isReset());
	}

	/**
	 * Ends both connections.
	 * @param isReset whether by a RST, and not by a FIN
	 */
	void end(boolean isReset) {
		close(this.client, isReset);
		close(this.server, isReset);
	}

	private static void close(SocketChannel channel, boolean isReset) {
		try {
			if (isReset && channel.isOpen()) {
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			channel.close();
		}
		catch (IOException ex) {
			// It has gone
		}
	}

	/**
	 * When the connection is cut.
	 *
	 * @param bytes after how many bytes of the server
	 * @param lifetime after how long, in nanoseconds
	 * @param readTimeout after which silence of the server, in nanoseconds
	 * @param isReset whether by a RST, and not by a FIN
	 */
	record Plan(long bytes, long lifetime, long readTimeout, boolean isReset) {
	}

}
