package io.github.ssestarter.servlet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * A connection that Tomcat has handed over, as it is written to without waiting.
 */
abstract class TomcatChannel {

	static TomcatChannel of(SocketWrapperBase<?> wrapper) {
		NioChannel channel = (NioChannel) wrapper.getSocket();
		return (channel instanceof SecureNioChannel) ? new Secure(wrapper, channel)
				: new Plain(wrapper, channel.getIOChannel());
	}

	/**
	 * Writes what can be written at once.
	 */
	abstract void write(ByteBuffer buffer) throws IOException;

	/**
	 * Whether something that was taken waits for the socket: then a write of nothing
	 * sends it.
	 */
	abstract boolean hasUnsent();

	/**
	 * Reads what the client has sent.
	 * @return how many bytes
	 * @throws IOException if the client has gone
	 */
	abstract int read(ByteBuffer buffer) throws IOException;

	/**
	 * Tomcat is about to close the connection.
	 */
	abstract void release();

	/**
	 * Without TLS. There is no lock: a {@link SocketChannel} is used for one connection
	 * only, so that a write that comes after the close fails, and nothing else.
	 */
	private static final class Plain extends TomcatChannel {

		private final SocketWrapperBase<?> wrapper;

		private final SocketChannel channel;

		/** Whether all is read that came with the request; container threads only. */
		private boolean isAtEndOfRequest;

		Plain(SocketWrapperBase<?> wrapper, SocketChannel channel) {
			this.wrapper = wrapper;
			this.channel = channel;
		}

		@Override
		void write(ByteBuffer buffer) throws IOException {
			this.channel.write(buffer);
		}

		@Override
		boolean hasUnsent() {
			return false;
		}

		@Override
		int read(ByteBuffer buffer) throws IOException {
			if (this.isAtEndOfRequest) {
				return requireInput(this.channel.read(buffer));
			}
			int count = this.wrapper.read(false, buffer);
			if (count == 0) {
				this.isAtEndOfRequest = true;
				if (this.wrapper.getSocketBufferHandler() instanceof ReleasableBuffers buffers) {
					buffers.release();
				}
			}
			return count;
		}

		private static int requireInput(int count) throws EOFException {
			if (count < 0) {
				throw new EOFException();
			}
			return count;
		}

		@Override
		void release() {
		}

	}

	/**
	 * With TLS. Tomcat gives the engine and its buffers to another connection as soon as
	 * this one is closed, and what is read may have to be answered: so one lock is held
	 * around each use, which never waits.
	 */
	private static final class Secure extends TomcatChannel {

		private final SocketWrapperBase<?> wrapper;

		private final NioChannel channel;

		private final ReentrantLock lock = new ReentrantLock();

		@GuardedBy("this.lock")
		private boolean isReleased;

		Secure(SocketWrapperBase<?> wrapper, NioChannel channel) {
			this.wrapper = wrapper;
			this.channel = channel;
		}

		@Override
		void write(ByteBuffer buffer) throws IOException {
			this.lock.lock();
			try {
				requireOpen();
				int before;
				do {
					before = buffer.remaining();
					this.channel.write(buffer);
				}
				while (buffer.hasRemaining() && buffer.remaining() < before);
			}
			finally {
				this.lock.unlock();
			}
		}

		@Override
		boolean hasUnsent() {
			this.lock.lock();
			try {
				return !this.isReleased && this.channel.getOutboundRemaining() > 0;
			}
			finally {
				this.lock.unlock();
			}
		}

		@Override
		int read(ByteBuffer buffer) throws IOException {
			this.lock.lock();
			try {
				requireOpen();
				return this.wrapper.read(false, buffer);
			}
			finally {
				this.lock.unlock();
			}
		}

		@GuardedBy("this.lock")
		private void requireOpen() throws IOException {
			if (this.isReleased) {
				throw new ClosedChannelException();
			}
		}

		@Override
		void release() {
			this.lock.lock();
			try {
				this.isReleased = true;
			}
			finally {
				this.lock.unlock();
			}
		}

	}

}
