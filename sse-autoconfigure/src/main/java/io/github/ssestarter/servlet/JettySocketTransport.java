package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Writes to the socket of an HTTP/1.1 response of Jetty, which has sent the headers, and
 * leaves the end of the response to it.
 */
final class JettySocketTransport implements Transport, WriteListener, AsyncListener {

	/*
	 * The lock is held around each call of the socket: by the shard, which writes, by the
	 * thread that reads, and by Jetty before it writes the end of the response or uses
	 * the connection for the next request. So nothing of a stream gets in between. Jetty
	 * calls some callbacks with locks of its own, which the socket's calls take as well:
	 * these do not take ours.
	 */

	/** What a client may send on an open stream, in bytes. It is thrown away. */
	private static final int MAX_INPUT = 8 * 1024;

	private static final int INPUT_BUFFER = 1024;

	private static final Log logger = LogFactory.getLog(JettySocketTransport.class);

	private final AsyncContext context;

	private final ServletContextRequest request;

	private final AbstractEndPoint endPoint;

	private final HttpGenerator generator;

	private final TransportListener listener;

	private final int maxWrite;

	private final JettyChunks chunks;

	private final ReentrantLock lock = new ReentrantLock();

	/** Whether the socket has taken all that was written, and may be written to. */
	private volatile boolean isReady;

	/** Whether nothing of the socket may be touched any more. */
	private volatile boolean hasEnded;

	private final AtomicBoolean isCompleted = new AtomicBoolean();

	@GuardedBy("this.lock")
	private int input;

	JettySocketTransport(AsyncContext context, ServletContextRequest request, AbstractEndPoint endPoint,
			HttpGenerator generator, TransportListener listener, int maxWrite) {
		this.context = context;
		this.request = request;
		this.endPoint = endPoint;
		this.generator = generator;
		this.listener = listener;
		this.maxWrite = maxWrite;
		this.chunks = JettyChunks.of(generator);
	}

	/**
	 * Begins, on the request's thread. Nothing is written before the request has left all
	 * servlets and filters.
	 */
	void start() {
		this.context.setTimeout(0);
		this.context.addListener(this);
		this.request.addHttpStreamWrapper(End::new);
		this.request.getHttpOutput().setWriteListener(this);
	}

	// The shard's thread

	@Override
	public boolean ownsSocket() {
		return true;
	}

	@Override
	public int maxWrite() {
		return this.maxWrite;
	}

	@Override
	public boolean isReady() throws IOException {
		if (this.hasEnded) {
			throw new EofException("The stream has ended");
		}
		return this.isReady;
	}

	@Override
	public boolean keepsArrays() {
		return false;
	}

	@Override
	public int write(byte[] bytes, int offset, int length) throws IOException {
		try {
			writeNow(bytes, offset, length);
			return length;
		}
		catch (IOException ex) {
			giveUp(ex);
			throw ex;
		}
	}

	private void writeNow(byte[] bytes, int offset, int length) throws IOException {
		this.lock.lock();
		try {
			if (this.hasEnded) {
				throw new EofException("The stream has ended");
			}
			ByteBuffer[] chunk = this.chunks.chunk(bytes, offset, length);
			if (!this.endPoint.flush(chunk)) {
				this.isReady = false;
				ByteBuffer rest = ByteBuffer.allocate(chunk[0].remaining()).put(chunk[0]).flip();
				this.endPoint.write(new Rest(), rest);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Nothing is held back.
	 */
	@Override
	public boolean flush() {
		return true;
	}

	@Override
	public void complete() {
		leaveSocket();
		completeLater();
	}

	@Override
	public void abort() {
		giveUp(new EofException("The stream is given up"));
	}

	// Any thread

	/**
	 * Gives up the connection, with all that is unsent.
	 */
	private void giveUp(Throwable failure) {
		if (!this.hasEnded) {
			logger.debug("The connection of a stream is closed: " + failure);
		}
		this.hasEnded = true;
		this.endPoint.close(failure);
		completeLater();
	}

	private void clientHasGone(Throwable failure) {
		giveUp(failure);
		this.listener.gone();
	}

	/**
	 * Has the socket to itself no more: Jetty goes on with it.
	 */
	private void leaveSocket() {
		this.lock.lock();
		try {
			this.hasEnded = true;
		}
		finally {
			this.lock.unlock();
		}
		this.endPoint.getFillInterest().onFail(new EofException("The stream has ended"));
	}

	/**
	 * Completes the request on a thread of the container: Jetty calls the application's
	 * listeners on whichever thread completes.
	 */
	private void completeLater() {
		if (this.isCompleted.compareAndSet(false, true)) {
			try {
				this.request.getContext().execute(this::completeNow);
			}
			catch (RejectedExecutionException ex) {
				completeNow();
			}
		}
	}

	private void completeNow() {
		try {
			this.context.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("Jetty had completed a response already", ex);
		}
	}

	// Jetty's threads

	/**
	 * The request has left all servlets and filters.
	 */
	@Override
	public void onWritePossible() {
		ServletTransport.letGo(this.context.getRequest());
		this.isReady = true;
		this.listener.ready();
		awaitInput();
	}

	private void awaitInput() {
		this.lock.lock();
		try {
			if (!this.hasEnded) {
				this.endPoint.tryFillInterested(new Input());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void read() {
		Throwable end;
		this.lock.lock();
		try {
			end = (this.hasEnded) ? null : throwAwayInput();
		}
		finally {
			this.lock.unlock();
		}
		if (end != null) {
			clientHasGone(end);
		}
		else {
			awaitInput();
		}
	}

	/**
	 * Reads all that there is. The rest of what was thrown away must not be taken for a
	 * request, so the connection is closed after the stream's end.
	 * @return why the stream ends now, {@code null} if it does not
	 */
	@GuardedBy("this.lock")
	private @Nullable Throwable throwAwayInput() {
		ByteBuffer buffer = BufferUtil.allocate(INPUT_BUFFER);
		try {
			int filled = this.endPoint.fill(buffer);
			while (filled > 0) {
				this.generator.setPersistent(false);
				this.input += filled;
				if (this.input > MAX_INPUT) {
					return new EofException("The client sends on an open stream");
				}
				BufferUtil.clear(buffer);
				filled = this.endPoint.fill(buffer);
			}
			return (filled < 0) ? new EofException("The client has closed the connection") : null;
		}
		catch (IOException ex) {
			return ex;
		}
	}

	@Override
	public void onError(Throwable failure) {
		clientHasGone(failure);
	}

	@Override
	public void onError(AsyncEvent event) {
		failed();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		failed();
	}

	/**
	 * Jetty ends the request by itself if that is not done in the callback.
	 */
	private void failed() {
		leaveSocket();
		if (this.isCompleted.compareAndSet(false, true)) {
			completeNow();
		}
		this.listener.gone();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		this.isCompleted.set(true);
		this.hasEnded = true;
		this.listener.gone();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

	/**
	 * The client has sent something, or has gone.
	 */
	private final class Input implements Callback {

		@Override
		public void succeeded() {
			read();
		}

		@Override
		public void failed(Throwable failure) {
			if (!JettySocketTransport.this.hasEnded) {
				clientHasGone(failure);
			}
		}

		@Override
		public InvocationType getInvocationType() {
			return InvocationType.NON_BLOCKING;
		}

	}

	/**
	 * What the socket had not taken at once is written.
	 */
	private final class Rest implements Callback {

		@Override
		public void succeeded() {
			JettySocketTransport.this.isReady = true;
			JettySocketTransport.this.listener.ready();
		}

		@Override
		public void failed(Throwable failure) {
			clientHasGone(failure);
		}

		@Override
		public InvocationType getInvocationType() {
			return InvocationType.NON_BLOCKING;
		}

	}

	/**
	 * What Jetty does with the connection at the end of the response, whoever has caused
	 * it.
	 */
	private final class End extends HttpStream.Wrapper {

		private End(HttpStream stream) {
			super(stream);
		}

		@Override
		public void send(MetaData.Request request, MetaData.@Nullable Response response, boolean isLast,
				@Nullable ByteBuffer content, Callback callback) {
			if (isLast) {
				leaveSocket();
			}
			super.send(request, response, isLast, content, callback);
		}

		@Override
		public void succeeded() {
			leaveSocket();
			super.succeeded();
		}

		@Override
		public void failed(Throwable failure) {
			leaveSocket();
			super.failed(failure);
		}

	}

}
