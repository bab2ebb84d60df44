package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Carries a conversation over a socket: as it is.
 */
class Link {

	private final SocketChannel channel;

	Link(SocketChannel channel) {
		this.channel = channel;
	}

	/**
	 * The socket is connected.
	 * @param opening what the client says first
	 */
	void begin(byte[] opening) throws IOException {
		send(opening);
	}

	/**
	 * Reads from the socket.
	 * @param buffer room for what is read
	 * @param bytes takes what it says, from its beginning on
	 * @return how many bytes that is, -1 if the server has closed the connection
	 */
	int receive(ByteBuffer buffer, byte[] bytes) throws IOException {
		buffer.clear();
		int count = this.channel.read(buffer);
		if (count > 0) {
			buffer.get(0, bytes, 0, count);
		}
		return count;
	}

	/**
	 * Sends what the client has to say.
	 */
	void send(byte[] bytes) throws IOException {
		write(ByteBuffer.wrap(bytes));
	}

	/**
	 * Writes to the socket. It is little, for which there is room.
	 */
	final void write(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			this.channel.write(bytes);
		}
	}

}
