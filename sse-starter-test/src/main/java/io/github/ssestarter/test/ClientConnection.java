package io.github.ssestarter.test;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * The socket of one client. All of it runs on the loop's thread but the static method,
 * and those that say so.
 */
final class ClientConnection {

	private final ClientLoop loop;

	private final SocketChannel channel;

	private final ByteBuffer request;

	private final ResponseReader response;

	private final ReceivedStream log;

	private Pace pace = Pace.FULL;

	// a channel that fails to connect closes itself, so isOpen() cannot tell
	private boolean released;

	private @Nullable SelectionKey key;

	private ClientConnection(ClientLoop loop, SocketChannel channel, ClientRequest request, ReceivedStream log) {
		this.loop = loop;
		this.channel = channel;
		this.request = request.encode();
		this.response = new ResponseReader(request.method(), log::head, log::body);
		this.log = log;
	}

	/**
	 * Begin to connect. Called on any thread, does not wait.
	 * @param request what to send when connected
	 * @param receiveBuffer the size of the socket's receive buffer in bytes, 0 to leave
	 * it to the system
	 * @param log what is told of all that happens from then on
	 * @return the connection
	 * @throws IOException if there is no socket to be had
	 */
	static ClientConnection open(ClientRequest request, int receiveBuffer, ReceivedStream log) throws IOException {
		InetSocketAddress address = request.address();
		SocketChannel channel = SocketChannel.open();
		try {
			channel.configureBlocking(false);
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			if (receiveBuffer > 0) {
				channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
			}
			ClientConnection connection = new ClientConnection(ClientLoop.enter(), channel, request, log);
			connection.loop.execute(() -> connection.connect(address));
			return connection;
		}
		catch (IOException ex) {
			channel.close();
			throw ex;
		}
	}

	private void connect(InetSocketAddress address) {
		attempt(() -> {
			this.key = this.channel.register(this.loop.selector(), SelectionKey.OP_CONNECT, this);
			if (this.channel.connect(address)) {
				connected(this.key);
			}
		});
	}

	void ready(ByteBuffer buffer) {
		attempt(() -> {
			SelectionKey key = this.key;
			if (key == null || !key.isValid()) {
				return;
			}
			if (key.isConnectable()) {
				this.channel.finishConnect();
				connected(key);
			}
			else if (key.isWritable()) {
				send(key);
			}
			if (key.isReadable()) {
				receive(buffer);
			}
		});
	}

	private void connected(SelectionKey key) throws IOException {
		key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
		send(key);
	}

	private void send(SelectionKey key) throws IOException {
		this.channel.write(this.request);
		if (!this.request.hasRemaining()) {
			key.interestOpsAnd(~SelectionKey.OP_WRITE);
		}
	}

	private void receive(ByteBuffer buffer) throws IOException {
		int allowance = this.pace.allowance(System.nanoTime());
		int length = this.channel.read(buffer.limit(Math.min(buffer.capacity(), allowance)));
		if (length < 0 && !this.response.endsWithConnection()) {
			throw new EOFException("the connection ended before the response was complete");
		}
		if (length < 0 || this.response.read(buffer.flip())) {
			release();
			this.log.end(StreamEnd.COMPLETE);
			return;
		}
		this.pace.spend(length);
		wake();
	}

	/**
	 * Read, or wait, as the pace has it.
	 */
	void wake() {
		SelectionKey key = this.key;
		if (key == null || !key.isValid()) {
			return;
		}
		this.pace.allowance(System.nanoTime());
		long pause = this.pace.pause();
		if (pause == 0) {
			key.interestOpsOr(SelectionKey.OP_READ);
			return;
		}
		key.interestOpsAnd(~SelectionKey.OP_READ);
		if (pause < Long.MAX_VALUE) {
			this.loop.wakeAfter(pause, this);
		}
	}

	/**
	 * Change the pace. Called on any other thread; in force when this returns.
	 * @param pace the new pace
	 */
	void pace(Pace pace) {
		this.loop.call(() -> {
			this.pace = pace;
			wake();
		});
	}

	/**
	 * Say goodbye with a FIN. Called on any other thread; closed when this returns.
	 */
	void close() {
		end("closed by this client", this.channel::shutdownOutput);
	}

	/**
	 * Go without a word, so that the server gets a RST. Called on any other thread;
	 * closed when this returns.
	 */
	void cut() {
		end("cut by this client", () -> this.channel.setOption(StandardSocketOptions.SO_LINGER, 0));
	}

	private void end(String how, Action farewell) {
		this.loop.call(() -> {
			try {
				if (this.channel.isConnected()) {
					farewell.run();
				}
			}
			catch (IOException ex) {
				// the server was faster
			}
			release();
			this.log.end(StreamEnd.local(how));
		});
	}

	private void attempt(Action action) {
		try {
			action.run();
		}
		catch (IOException | RuntimeException ex) {
			release();
			this.log.end(StreamEnd.broken(ex));
		}
	}

	private void release() {
		if (!this.released) {
			this.released = true;
			this.loop.leave();
		}
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// it is of no more use anyway
		}
	}

	/**
	 * What may fail as input and output does.
	 */
	private interface Action {

		void run() throws IOException;

	}

}
