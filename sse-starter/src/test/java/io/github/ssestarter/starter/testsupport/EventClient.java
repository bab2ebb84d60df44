package io.github.ssestarter.starter.testsupport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A client of one stream, over HTTP/1.1. Everything happens on the thread of its
 * {@link EventClients}.
 */
public final class EventClient {

	private final EventClients clients;

	private final Request request;

	private final Listener listener;

	private final SocketChannel channel;

	private final BlockParser parser;

	private final StringBuilder line = new StringBuilder();

	private int status;

	private boolean isInBody;

	/** Or else the body ends with the connection. */
	private boolean isChunked;

	/** What is left of a chunk; -2 after it, -1 before the next one's size. */
	private int chunk = -1;

	private long bodyBytes;

	private long cutAfter = Long.MAX_VALUE;

	/** How much is read at a time, 0 for as much as there is. */
	private int portion;

	private Duration pause = Duration.ZERO;

	private boolean hasEnded;

	private @Nullable SelectionKey key;

	EventClient(EventClients clients, Request request, Listener listener) throws IOException {
		this.clients = clients;
		this.request = request;
		this.listener = listener;
		this.channel = SocketChannel.open();
		this.parser = new BlockParser((block) -> listener.block(this, block));
	}

	void connect(Selector selector) throws IOException {
		this.channel.configureBlocking(false);
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		if (this.request.receiveBuffer() > 0) {
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, this.request.receiveBuffer());
		}
		this.key = this.channel.register(selector, SelectionKey.OP_CONNECT, this);
		this.channel.connect(new InetSocketAddress("localhost", this.request.port()));
	}

	void ready(ByteBuffer buffer) {
		try {
			SelectionKey key = this.key;
			if (key == null || !key.isValid()) {
				return;
			}
			if (key.isConnectable()) {
				this.channel.finishConnect();
				key.interestOps(SelectionKey.OP_READ);
				// Short enough for the buffer of a new socket
				this.channel.write(this.request.encode());
			}
			else {
				read(key, buffer);
			}
		}
		catch (IOException ex) {
			end(ex);
		}
		catch (RuntimeException ex) {
			this.clients.failed(ex);
			end(new IOException(ex));
		}
	}

	private void read(SelectionKey key, ByteBuffer buffer) throws IOException {
		if (this.portion > 0) {
			buffer.limit(this.portion);
			key.interestOps(0);
			this.clients.later(this.pause, () -> {
				if (key.isValid()) {
					key.interestOps(SelectionKey.OP_READ);
				}
			});
		}
		int length = this.channel.read(buffer);
		if (length < 0 && this.isInBody && !this.isChunked) {
			end(null);
			return;
		}
		if (length < 0) {
			throw new EOFException();
		}
		this.clients.hasRead(length);
		take(buffer.flip());
	}

	private void take(ByteBuffer bytes) {
		while (bytes.hasRemaining() && !this.hasEnded) {
			if (this.isInBody && this.chunk > 0) {
				int count = (int) Math.min(Math.min(bytes.remaining(), this.chunk), this.cutAfter - this.bodyBytes);
				this.parser.read(bytes.array(), bytes.position(), count);
				bytes.position(bytes.position() + count);
				this.chunk -= count;
				this.bodyBytes += count;
				if (this.bodyBytes >= this.cutAfter) {
					cut();
				}
				this.chunk = (this.chunk == 0) ? -2 : this.chunk;
			}
			else {
				char next = (char) bytes.get();
				if (next != '\n') {
					this.line.append(next);
				}
				else {
					line(this.line.toString().strip());
					this.line.setLength(0);
				}
			}
		}
	}

	private void line(String text) {
		if (this.isInBody && this.chunk == -2) {
			this.chunk = -1;
		}
		else if (this.isInBody) {
			this.chunk = Integer.parseInt(text, 16);
			if (this.chunk == 0) {
				end(null);
			}
		}
		else if (this.status == 0) {
			this.status = Integer.parseInt(text.split(" ")[1]);
		}
		else if (text.equalsIgnoreCase("Transfer-Encoding: chunked")) {
			this.isChunked = true;
		}
		else if (text.isEmpty()) {
			this.isInBody = true;
			this.chunk = (this.isChunked) ? -1 : Integer.MAX_VALUE;
			this.clients.answered();
			if (this.status != 200) {
				throw new IllegalStateException("Answered with " + this.status);
			}
			if (!this.isChunked && !this.request.isBrowser()) {
				throw new IllegalStateException("No stream: the answer is not chunked");
			}
			this.listener.opened(this);
		}
	}

	/**
	 * Goes without a word, so that the server gets a RST.
	 */
	public void cut() {
		if (!this.hasEnded) {
			try {
				this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			catch (IOException ex) {
				// The server was faster
			}
			end(null);
		}
	}

	/**
	 * Cuts once so many more bytes of the body were taken, be it inside an event.
	 */
	public void cutAfter(int bytes) {
		this.cutAfter = this.bodyBytes + bytes;
	}

	/**
	 * Reads at most so much at a time, and pauses after each; a pause of zero reads
	 * nothing more at all.
	 */
	public void pace(int bytes, Duration pause) {
		this.portion = bytes;
		this.pause = pause;
		if (this.key != null && this.key.isValid()) {
			this.key.interestOps((pause.isZero()) ? 0 : SelectionKey.OP_READ);
		}
	}

	boolean hasEnded() {
		return this.hasEnded;
	}

	@Override
	public String toString() {
		return "a client with " + this.bodyBytes + " bytes" + ((this.hasEnded) ? ", ended" : "") + " at "
				+ this.channel;
	}

	private void end(@Nullable IOException failure) {
		if (this.hasEnded) {
			return;
		}
		this.hasEnded = true;
		if (!this.isInBody) {
			this.clients.answered();
		}
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// It is of no more use anyway
		}
		this.listener.ended(this, failure);
	}

	/**
	 * What a client asks for.
	 *
	 * @param port the server's port
	 * @param path the path
	 * @param lastEventId its cursor, empty for none
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's own
	 * @param isBrowser whether it may be refused softly, as a browser is
	 */
	public record Request(int port, String path, String lastEventId, int receiveBuffer, boolean isBrowser) {

		public Request(int port, String path, String lastEventId, int receiveBuffer) {
			this(port, path, lastEventId, receiveBuffer, false);
		}

		ByteBuffer encode() {
			String cursor = (this.lastEventId.isEmpty()) ? "" : "Last-Event-ID: " + this.lastEventId + "\r\n";
			String browser = (this.isBrowser) ? "Cache-Control: no-cache\r\n" : "";
			return StandardCharsets.US_ASCII.encode("GET " + this.path
					+ " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + cursor + browser + "\r\n");
		}

	}

	/**
	 * Is told what comes, on the thread of the clients.
	 */
	public interface Listener {

		default void opened(EventClient client) {
		}

		void block(EventClient client, Block block);

		/**
		 * The stream has ended.
		 * @param failure how it broke, {@code null} if it ended in order or was cut by
		 * its own client
		 */
		default void ended(EventClient client, @Nullable IOException failure) {
		}

	}

}
