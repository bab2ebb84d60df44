package io.github.ssestarter.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

import org.jspecify.annotations.Nullable;

/**
 * Carries a conversation over TLS.
 */
final class TlsLink extends Link {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final SocketChannel channel;

	private final SSLEngine engine;

	/** What waits for the end of the handshake. */
	private byte @Nullable [] opening;

	/** The beginning of a record, whose rest has not come. */
	private ByteBuffer part = NOTHING;

	TlsLink(SocketChannel channel, SSLEngine engine) {
		super(channel);
		this.channel = channel;
		this.engine = engine;
	}

	@Override
	void begin(byte[] opening) throws IOException {
		this.opening = opening;
		this.engine.beginHandshake();
		shakeHands();
	}

	@Override
	int receive(ByteBuffer buffer, byte[] bytes) throws IOException {
		buffer.clear().put(this.part);
		if (this.channel.read(buffer) < 0) {
			return -1;
		}
		ByteBuffer clear = ByteBuffer.wrap(bytes);
		SSLEngineResult.Status status = SSLEngineResult.Status.OK;
		buffer.flip();
		while (status == SSLEngineResult.Status.OK && buffer.hasRemaining()) {
			status = this.engine.unwrap(buffer, clear).getStatus();
			shakeHands();
		}
		this.part = (buffer.hasRemaining()) ? ByteBuffer.allocate(buffer.remaining()).put(buffer).flip() : NOTHING;
		return (status != SSLEngineResult.Status.CLOSED) ? clear.position() : -1;
	}

	/**
	 * Does what is to be done before the server has to say something again.
	 */
	private void shakeHands() throws IOException {
		HandshakeStatus status = this.engine.getHandshakeStatus();
		while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
			if (status == HandshakeStatus.NEED_TASK) {
				this.engine.getDelegatedTask().run();
			}
			else {
				wrap(NOTHING);
			}
			status = this.engine.getHandshakeStatus();
		}
		byte[] opening = this.opening;
		if (status == HandshakeStatus.NOT_HANDSHAKING && opening != null) {
			this.opening = null;
			send(opening);
		}
	}

	@Override
	void send(byte[] bytes) throws IOException {
		ByteBuffer clear = ByteBuffer.wrap(bytes);
		while (clear.hasRemaining()) {
			wrap(clear);
		}
	}

	private void wrap(ByteBuffer clear) throws IOException {
		ByteBuffer records = ByteBuffer.allocate(this.engine.getSession().getPacketBufferSize());
		this.engine.wrap(clear, records);
		write(records.flip());
	}

}
