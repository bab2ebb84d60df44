package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The connection of one client, or of some. Belongs to the selector's thread.
 */
final class LoadConnection {

	private static final int STALLED_BUFFER = 4096;

	private final LoadGroup group;

	private final boolean isStalled;

	private final SocketChannel channel;

	private final Link link;

	private final Conversation conversation;

	/**
	 * Creates a connection.
	 * @param group whose it is
	 * @param order what its clients are to do
	 * @param first the number of its first client
	 */
	LoadConnection(LoadGroup group, LoadOrder order, int first) throws IOException {
		this.group = group;
		this.isStalled = first < order.stalled();
		this.channel = SocketChannel.open();
		this.link = switch (order.wire()) {
			case PLAIN -> new Link(this.channel);
			case TLS -> new TlsLink(this.channel, Tls.engine("http/1.1"));
			case HTTP2 -> new TlsLink(this.channel, Tls.engine("h2"));
		};
		this.conversation = (order.wire() == Wire.HTTP2) ? new Http2Conversation(order, first, group)
				: new Http1Conversation(order.request(first), group.scanner(order.padding()));
	}

	void connect(Selector selector, InetSocketAddress address) throws IOException {
		if (this.isStalled) {
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_BUFFER);
		}
		this.channel.configureBlocking(false);
		this.channel.register(selector, SelectionKey.OP_CONNECT, this);
		this.channel.connect(address);
	}

	void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Does what the key is ready for.
	 * @return how many responses have just begun
	 */
	int ready(SelectionKey key, ByteBuffer buffer, byte[] bytes) throws IOException {
		if (key.isConnectable()) {
			this.channel.finishConnect();
			key.interestOps(SelectionKey.OP_READ);
			this.link.begin(this.conversation.opening());
			return 0;
		}
		int count = this.link.receive(buffer, bytes);
		if (count < 0) {
			throw new IOException("The server has closed the connection");
		}
		this.group.read(count, System.nanoTime());
		int opened = this.conversation.read(bytes, count, this.link);
		if (opened > 0 && this.isStalled) {
			key.interestOps(0);
		}
		return opened;
	}

	LoadGroup group() {
		return this.group;
	}

}
