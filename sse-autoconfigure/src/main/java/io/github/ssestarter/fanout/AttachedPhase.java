package io.github.ssestarter.fanout;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.history.Cursor;

/**
 * The stream's controller method runs: writes go out at once, and wait for the client.
 */
final class AttachedPhase implements Phase {

	private final RegisteredStream stream;

	/** The stream's. */
	private final ReentrantLock lock;

	/** Guarded by the stream's lock. */
	private final StreamStart start;

	private final AttachedResponse response;

	private final EngineFrames frames;

	private final AtomicReference<@Nullable Order> order = new AtomicReference<>();

	/** Written under the stream's lock. */
	private volatile boolean isCommitted;

	/** Guarded by the stream's lock. */
	private boolean hasNoContent;

	/** Guarded by this. The request's thread until the method has returned. */
	private @Nullable Thread thread = Thread.currentThread();

	/** Guarded by this. */
	private boolean isInterrupted;

	private volatile StreamOptions options;

	AttachedPhase(RegisteredStream stream, ReentrantLock lock, StreamStart start, AttachedResponse response,
			EngineFrames frames, StreamOptions options) {
		this.stream = stream;
		this.lock = lock;
		this.start = start;
		this.response = response;
		this.frames = frames;
		this.options = options;
	}

	AttachedResponse response() {
		return this.response;
	}

	/**
	 * Where the stream begins in the log.
	 */
	StreamStart start() {
		return this.start;
	}

	StreamOptions options() {
		return this.options;
	}

	void setOptions(StreamOptions options) {
		this.options = options;
	}

	boolean isCommitted() {
		return this.isCommitted;
	}

	boolean isOrdered() {
		return this.order.get() != null;
	}

	boolean hasNoContent() {
		return this.hasNoContent;
	}

	@Override
	public void open() {
		obey();
		commit();
	}

	@Override
	public void send(byte[] frame) {
		this.stream.progress().writes(this.stream.engine().nanoTime());
		open();
		write(frame);
		this.stream.engine().listener().wrote(1, 0);
	}

	private void commit() {
		if (this.isCommitted) {
			return;
		}
		prepare();
		this.isCommitted = true;
		this.stream.opened();
		write(this.frames.opening(position()));
	}

	/**
	 * The position that the opening comment carries: of a stream that has joined.
	 */
	private @Nullable Cursor position() {
		if (!this.stream.subscriber().isJoined()) {
			return null;
		}
		StartPosition position = this.start.position();
		return (position.unknownId() != null) ? null : position.cursor();
	}

	/**
	 * Sets the headers, before anything is written.
	 */
	void prepare() {
		if (this.hasNoContent || this.response.isCommitted()) {
			throw new IllegalStateException("The response is answered already, with "
					+ ((this.hasNoContent) ? "noContent()" : "something that is not this stream")
					+ ": a stream needs it whole");
		}
		this.response.prepare();
	}

	private void write(byte[] frame) {
		try {
			this.response.write(frame);
			this.stream.progress().wrote(frame.length);
			this.stream.engine().listener().wrote(0, frame.length);
			if (StreamLog.isEnabled()) {
				StreamLog.sent(this.stream.clientId(), frame);
			}
		}
		catch (IOException ex) {
			Order order = this.order.get();
			SseCloseReason reason = (order != null) ? order.reason() : SseCloseReason.CLIENT_GONE;
			this.stream.ended(reason);
			throw new SseClosedException(reason, "The client has gone", ex);
		}
	}

	/**
	 * Carries out an order to close that was given while nothing was written.
	 */
	private void obey() {
		Order order = this.order.get();
		if (order != null) {
			carryOut(order);
			throw EndOfStream.exception(order.reason());
		}
	}

	private void carryOut(Order order) {
		prepareEmpty();
		if (order.farewell().length > 0 && !this.hasNoContent && !this.response.isCommitted()) {
			// Who was sent nothing yet is told when to come back as well
			this.isCommitted = true;
		}
		finish(order.reason(), order.farewell());
	}

	/**
	 * Carries out an order to close of which the method was told by an interruption.
	 * @return whether there is one
	 */
	boolean endAsOrdered() {
		Order order = this.order.get();
		if (order == null) {
			return false;
		}
		// A container closes the socket of a thread that writes while it is interrupted
		Thread.interrupted();
		carryOut(order);
		return true;
	}

	/**
	 * Makes an empty stream of a response that nothing was sent on: without its headers a
	 * browser would not come back.
	 */
	private void prepareEmpty() {
		if (!this.isCommitted && !this.hasNoContent && !this.response.isCommitted()) {
			this.response.prepare();
		}
	}

	/**
	 * Whether nothing was sent for some time.
	 */
	boolean isHeartbeatDue(long now) {
		long interval = this.options.heartbeatInterval().toNanos();
		return interval > 0 && now - this.stream.progress().lastWrite() >= interval;
	}

	/**
	 * Sends a heartbeat, if the response is committed and no send is under way. Takes the
	 * stream's lock, and waits for the client.
	 */
	void heartbeat(long now) {
		if (this.lock.tryLock()) {
			try {
				if (this.stream.phase() == this) {
					this.stream.progress().writes(now);
					if (this.isCommitted) {
						write(this.frames.heartbeat(null));
					}
				}
			}
			catch (SseClosedException ex) {
				// The handler is told at its next send
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	@Override
	public void noContent() {
		if (this.isCommitted || this.response.isCommitted() || this.start.isListening()) {
			throw new IllegalStateException((this.start.isListening())
					? "noContent() on a stream that has joined or is kept open: call it instead of that"
					: "noContent() on a response that is committed: call it before the first send");
		}
		this.hasNoContent = true;
		this.response.noContent();
	}

	@Override
	public void topicsChanged() {
		obey();
	}

	@Override
	public void complete() {
		prepareEmpty();
		finish(SseCloseReason.COMPLETED, new byte[0]);
	}

	@Override
	public void close(SseCloseReason reason, byte[] farewell, long position) {
		this.order.compareAndSet(null, new Order(reason, farewell));
	}

	/**
	 * Interrupts the method, if it still runs.
	 */
	synchronized void interrupt() {
		if (this.thread != null && !this.isInterrupted) {
			this.isInterrupted = true;
			this.thread.interrupt();
		}
	}

	/**
	 * The method has returned, or failed.
	 * @return the order to close that was not seen by a write, {@code null} for none
	 */
	@Nullable Order returned() {
		synchronized (this) {
			this.thread = null;
			if (this.isInterrupted) {
				Thread.interrupted();
			}
		}
		return this.order.get();
	}

	/**
	 * Ends the stream, whether its client is still there or not.
	 */
	void finish(SseCloseReason reason, byte[] farewell) {
		try {
			byte[] last = (this.isCommitted) ? this.frames.closing(farewell) : new byte[0];
			if (last.length > 0) {
				write(last);
			}
			this.stream.ended(reason);
		}
		catch (SseClosedException ex) {
			// The client has gone at the very end, and ended() has told so
		}
	}

	/**
	 * An order to close.
	 *
	 * @param reason why
	 * @param farewell the last bytes
	 */
	record Order(SseCloseReason reason, byte[] farewell) {
	}

}
