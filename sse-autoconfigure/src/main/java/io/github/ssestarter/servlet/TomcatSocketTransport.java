package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.http.WebConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Writes to a socket that Tomcat has handed over, once the request that it came with is
 * recycled: to Tomcat the connection has been upgraded to another protocol.
 */
final class TomcatSocketTransport implements Transport, InternalHttpUpgradeHandler {

	/*
	 * The shard writes, and container threads read and tell: what both look at is the
	 * state, which is changed by compare-and-set and ends at CLOSED. Tomcat holds its own
	 * lock of the socket while one of its threads is at work on it; whoever closes it
	 * from elsewhere takes that lock too, or, since the shard never waits, leaves the
	 * closing to a container thread. Nothing is written any more once the shard has
	 * completed the response, but what is left of its end: that does a container thread.
	 */

	private static final Log logger = LogFactory.getLog(TomcatSocketTransport.class);

	/** What a client may send after its request, in bytes, before it is cut. */
	private static final int MAX_INPUT = 4096;

	private static final int READ_BUFFER = 512;

	/** How long the last bytes may take, in milliseconds, where Tomcat sets no limit. */
	private static final int END_TIMEOUT = 20_000;

	/** One for each shard, which has it filled and sent before it turns to another. */
	private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal
		.withInitial(() -> ByteBuffer.allocateDirect(SMALL_WRITE + Framing.MAX_OVERHEAD));

	private static final AtomicReferenceFieldUpdater<TomcatSocketTransport, State> STATE = AtomicReferenceFieldUpdater
		.newUpdater(TomcatSocketTransport.class, State.class, "state");

	private static final AtomicReferenceFieldUpdater<TomcatSocketTransport, @Nullable Runnable> FINISHED = AtomicReferenceFieldUpdater
		.newUpdater(TomcatSocketTransport.class, Runnable.class, "whenFinished");

	private final TransportListener listener;

	private final Framing framing;

	private final long endTimeout;

	/** {@code null} once it has run, or if there is none. */
	private volatile @Nullable Runnable whenFinished;

	private volatile State state = State.WAITING;

	/** {@code null} until Tomcat hands over the socket. */
	private volatile @Nullable SocketWrapperBase<?> wrapper;

	private volatile @Nullable TomcatChannel channel;

	/** What is left of the response's end; set before the state is. */
	private @Nullable ByteBuffer end;

	/** How many bytes the client has sent; container threads only. */
	private int input;

	/**
	 * Creates the transport of a socket that is about to be handed over.
	 * @param endTimeout how long the last bytes may take, in milliseconds, none if it is
	 * not positive
	 * @param whenFinished to be run when the connection is closed
	 */
	TomcatSocketTransport(TransportListener listener, Framing framing, long endTimeout,
			@Nullable Runnable whenFinished) {
		this.listener = listener;
		this.framing = framing;
		this.endTimeout = (endTimeout > 0) ? endTimeout : END_TIMEOUT;
		this.whenFinished = whenFinished;
	}

	// The shard's thread

	@Override
	public boolean ownsSocket() {
		return true;
	}

	@Override
	public boolean keepsArrays() {
		return false;
	}

	@Override
	public boolean isReady() throws IOException {
		State state = this.state;
		if (state == State.ENDING || state == State.CLOSED) {
			throw new IOException("The connection is closed");
		}
		return state == State.READY;
	}

	@Override
	public int write(byte[] bytes, int offset, int length) throws IOException {
		ByteBuffer buffer = BUFFER.get().clear();
		this.framing.put(buffer, bytes, offset, length);
		buffer.flip();
		int size = buffer.remaining();
		send(buffer);
		return this.framing.sent(size - buffer.remaining());
	}

	@Override
	public boolean flush() throws IOException {
		if (!isReady()) {
			return false;
		}
		if (this.framing.isOpen() || channel().hasUnsent()) {
			write(new byte[0], 0, 0);
		}
		return isReady();
	}

	private void send(ByteBuffer buffer) throws IOException {
		TomcatChannel channel = channel();
		try {
			channel.write(buffer);
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
		if (buffer.hasRemaining() || channel.hasUnsent()) {
			// First the state: the socket may be writable again before this returns
			if (change(State.READY, State.WAITING)) {
				socket().registerWriteInterest();
			}
		}
	}

	private TomcatChannel channel() throws IOException {
		TomcatChannel channel = this.channel;
		if (channel == null) {
			throw new IOException("There is no socket yet");
		}
		return channel;
	}

	private SocketWrapperBase<?> socket() throws IOException {
		SocketWrapperBase<?> wrapper = this.wrapper;
		if (wrapper == null) {
			throw new IOException("There is no socket yet");
		}
		return wrapper;
	}

	@Override
	public void complete() {
		ByteBuffer end = ByteBuffer.wrap(this.framing.end());
		this.end = end;
		try {
			channel().write(end);
			if (!end.hasRemaining() && !channel().hasUnsent()) {
				close();
			}
			else if (change(State.READY, State.ENDING)) {
				SocketWrapperBase<?> socket = socket();
				socket.setWriteTimeout(this.endTimeout);
				socket.registerWriteInterest();
			}
		}
		catch (IOException ex) {
			logger.debug("The client has gone before the end was written: " + ex);
			close();
		}
	}

	@Override
	public void abort() {
		close();
	}

	/**
	 * Closes the connection, from a thread that is not Tomcat's.
	 */
	private void close() {
		this.state = State.CLOSED;
		SocketWrapperBase<?> wrapper = this.wrapper;
		if (wrapper == null) {
			// Tomcat asks when it hands it over
			finished();
			return;
		}
		ReentrantLock lock = wrapper.getLock();
		if (lock.tryLock()) {
			try {
				wrapper.close();
			}
			finally {
				lock.unlock();
			}
			finished();
		}
		else {
			wrapper.processSocket(SocketEvent.DISCONNECT, true);
		}
	}

	// The container's threads

	/**
	 * The request is over, and Tomcat will not hand over the socket: it closes it.
	 */
	void lost() {
		gone();
		finished();
	}

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
		this.channel = TomcatChannel.of(wrapper);
		this.wrapper = wrapper;
	}

	@Override
	public void init(WebConnection connection) {
		writable();
	}

	private boolean change(State from, State to) {
		return STATE.compareAndSet(this, from, to);
	}

	private void writable() {
		if (change(State.WAITING, State.READY)) {
			this.listener.ready();
		}
	}

	@Override
	public SocketState upgradeDispatch(SocketEvent event) {
		boolean goesOn = this.state != State.CLOSED && switch (event) {
			case OPEN_READ -> readsOn();
			case OPEN_WRITE -> writesOn();
			default -> false;
		};
		if (!goesOn) {
			return SocketState.CLOSED;
		}
		// The one lets Tomcat wait for input again, the other leaves that as it is
		return (event == SocketEvent.OPEN_READ) ? SocketState.LONG : SocketState.UPGRADED;
	}

	/**
	 * Throws away what the client sends.
	 */
	private boolean readsOn() {
		ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
		try {
			int count = channel().read(buffer);
			while (count > 0) {
				this.input += count;
				if (this.input > MAX_INPUT) {
					logger.debug("A client was cut that sent more than " + MAX_INPUT + " bytes after its request");
					return false;
				}
				buffer.clear();
				count = channel().read(buffer);
			}
			return count == 0;
		}
		catch (IOException ex) {
			logger.debug("The client has gone: " + ex);
			return false;
		}
	}

	private boolean writesOn() {
		boolean isEnding = this.state == State.ENDING;
		ByteBuffer end = this.end;
		if (!isEnding || end == null) {
			writable();
			return true;
		}
		try {
			channel().write(end);
			if (!end.hasRemaining() && !channel().hasUnsent()) {
				return false;
			}
			socket().registerWriteInterest();
			return true;
		}
		catch (IOException ex) {
			logger.debug("The client has gone before the end was written: " + ex);
			return false;
		}
	}

	/**
	 * Tomcat is about to close the connection.
	 */
	@Override
	public void destroy() {
		TomcatChannel channel = this.channel;
		if (channel != null) {
			channel.release();
		}
		gone();
		finished();
	}

	private void gone() {
		State before = STATE.getAndSet(this, State.CLOSED);
		if (before == State.READY || before == State.WAITING) {
			this.listener.gone();
		}
	}

	private void finished() {
		Runnable callback = FINISHED.getAndSet(this, null);
		if (callback != null) {
			callback.run();
		}
	}

	@Override
	public void timeoutAsync(long now) {
	}

	@Override
	public void setSslSupport(SSLSupport sslSupport) {
	}

	@Override
	public void pause() {
	}

	/**
	 * How a connection stands.
	 */
	private enum State {

		/** It takes nothing now, and tells when it does. */
		WAITING,

		/** It can be written to. */
		READY,

		/** Only the last bytes are still to be taken. */
		ENDING,

		/** It is closed, or about to be. */
		CLOSED

	}

}
