package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One client. Belongs to the selector's thread.
 */
final class LoadConnection implements EventScanner.Sink {

	private static final int STALLED_BUFFER = 4096;

	private final LoadGroup group;

	private final ResponseReader reader;

	private final byte[] request;

	private final boolean isStalled;

	private final SocketChannel channel;

	private long expected;

	/**
	 * Creates a client.
	 * @param group whose it is
	 * @param request its request
	 * @param padding see {@link EventScanner}
	 * @param isStalled whether it reads nothing after the headers
	 */
	LoadConnection(LoadGroup group, String request, int padding, boolean isStalled) throws IOException {
		this.group = group;
		this.request = request.getBytes(StandardCharsets.US_ASCII);
		this.reader = new ResponseReader(new EventScanner(this, padding));
		this.isStalled = isStalled;
		this.channel = SocketChannel.open();
	}

	void connect(Selector selector, InetSocketAddress address) throws IOException {
		if (this.isStalled) {
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_BUFFER);
		}
		this.channel.configureBlocking(false);
		this.channel.register(selector, SelectionKey.OP_CONNECT, this);
		this.channel.connect(address);
	}

	void expect(long number) {
		this.expected = number;
	}

	void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Does what the key is ready for.
	 * @return whether the response's headers have just come
	 */
	boolean ready(SelectionKey key, ByteBuffer buffer, byte[] bytes) throws IOException {
		if (key.isConnectable()) {
			this.channel.finishConnect();
			this.channel.write(ByteBuffer.wrap(this.request));
			key.interestOps(SelectionKey.OP_READ);
			return false;
		}
		boolean wasOpen = this.reader.isOpen();
		buffer.clear();
		int count = this.channel.read(buffer);
		if (count < 0) {
			throw new IOException("The server has closed the connection");
		}
		this.group.read(count, System.nanoTime());
		buffer.get(0, bytes, 0, count);
		this.reader.read(bytes, count);
		boolean hasOpened = !wasOpen && this.reader.isOpen();
		if (hasOpened && this.isStalled) {
			key.interestOps(0);
		}
		return hasOpened;
	}

	@Override
	public void event(long time, long number) {
		this.expected = this.group.event(time, number, this.expected);
	}

	LoadGroup group() {
		return this.group;
	}

}
