package io.github.ssestarter.servlet;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.DispatcherServlet;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * Writes to a servlet response without waiting (Servlet specification 6.1, section 5.7).
 */
final class ServletTransport implements Transport, WriteListener, AsyncListener {

	/*
	 * The shard holds the lock around each call of the output stream, and the container's
	 * callbacks of an end take it before they return. Tomcat tells of a failed write on
	 * another thread before the failing call has unwound, and recycles the response once
	 * the callback has returned: without the lock the failing call would mark a response
	 * that belongs to somebody else by then. Under the lock a callback only notes the end
	 * and completes the request, and never writes, so its order against the container's
	 * own locks is settled.
	 */

	/** In bytes. After a smaller write, the last of all that there is, comes a flush. */
	private static final int LARGE_WRITE = 4_000;

	private static final Log logger = LogFactory.getLog(ServletTransport.class);

	private final AsyncContext context;

	private final ServletOutputStream output;

	private final TransportListener listener;

	private final ServletContainer container;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Whether the container has allowed the first write: Tomcat and Jetty differ in what
	 * they say before.
	 */
	private volatile boolean isStarted;

	/** Whether nothing of the response may be touched any more. */
	@GuardedBy("this.lock")
	private boolean hasEnded;

	@GuardedBy("this.lock")
	private boolean isCompleted;

	ServletTransport(AsyncContext context, ServletOutputStream output, TransportListener listener,
			ServletContainer container) {
		this.context = context;
		this.output = output;
		this.listener = listener;
		this.container = container;
	}

	/**
	 * Begins. On the container's thread, since Tomcat runs callbacks inside
	 * {@code setWriteListener} with the socket's lock held elsewhere.
	 * @return what to write to
	 * @throws IllegalStateException if the output of a filter keeps the listener from the
	 * container, naming the filter's classes
	 */
	Transport start() {
		this.container.beforeRecycling(this::recycling);
		this.context.setTimeout(0);
		this.context.addListener(this);
		RuntimeException refusal = listen();
		if (!this.container.hasWriteListener()) {
			throw WrappedOutput.refused(this.context.getResponse(), this.output,
					((refusal != null) ? "refuses" : "ignores") + " setWriteListener", refusal);
		}
		if (refusal instanceof UnsupportedOperationException) {
			logger.debug("Nothing can be written to a detached stream here, as in MockMvc: " + refusal);
			return new UnwritableTransport(this.context);
		}
		if (refusal != null) {
			throw refusal;
		}
		return this;
	}

	private @Nullable RuntimeException listen() {
		try {
			this.output.setWriteListener(this);
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	// The shard's thread

	@Override
	public int maxWrite() {
		return this.container.maxWrite();
	}

	@Override
	public boolean isReady() throws IOException {
		if (!this.isStarted) {
			return false;
		}
		this.lock.lock();
		try {
			requireOpen();
			return isReadyNow();
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private boolean isReadyNow() {
		return this.output.isReady() && this.container.canWrite(this.listener::ready);
	}

	@Override
	public boolean keepsArrays() {
		return this.container.keepsArrays();
	}

	/**
	 * Takes all or nothing, as the servlet API does.
	 */
	@Override
	public int write(byte[] bytes, int offset, int length) throws IOException {
		this.lock.lock();
		try {
			requireOpen();
			int taken = writeNow(bytes, offset, length);
			if (taken >= LARGE_WRITE && this.container.flushesLargeWrites() && this.output.isReady()) {
				this.output.flush();
			}
			return taken;
		}
		catch (IOException ex) {
			failed(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	@GuardedBy("this.lock")
	private int writeNow(byte[] bytes, int offset, int length) throws IOException {
		try {
			this.container.write(this.output, bytes, offset, length);
			return length;
		}
		catch (IllegalStateException ex) {
			return 0;
		}
	}

	@Override
	public boolean flush() throws IOException {
		this.lock.lock();
		try {
			requireOpen();
			if (!isReadyNow()) {
				return false;
			}
			this.output.flush();
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
		catch (IOException ex) {
			failed(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A write has failed.
	 */
	@GuardedBy("this.lock")
	private void failed(IOException failure) {
		boolean isFirst = !this.hasEnded;
		end(failure);
		if (isFirst) {
			this.container.writeFailed();
		}
	}

	@GuardedBy("this.lock")
	private void requireOpen() throws IOException {
		if (this.hasEnded) {
			throw new IOException("The container has ended the response");
		}
	}

	@Override
	public void complete() {
		this.lock.lock();
		try {
			if (!this.hasEnded) {
				completeOnce();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void abort() {
		this.lock.lock();
		try {
			if (!this.hasEnded) {
				this.hasEnded = true;
				this.container.abort(this.context);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("A response could not be aborted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	// The container's threads

	@Override
	public void onWritePossible() {
		if (!this.isStarted) {
			letGo(this.context.getRequest());
			if (isNeverReady()) {
				fail();
				return;
			}
			this.isStarted = true;
		}
		this.listener.ready();
	}

	/**
	 * Whether the output of a filter says that it is not ready when the container says
	 * that it is. The container will not call again, so nobody would ever write.
	 */
	private boolean isNeverReady() {
		this.lock.lock();
		try {
			return !this.hasEnded && !this.output.isReady() && this.container.isReady();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends a response that could never be written to.
	 */
	private void fail() {
		ServletResponse response = this.context.getResponse();
		logger.error("A stream could not be kept open",
				WrappedOutput.refused(response, this.output, "is never ready", null));
		// Before the container tells of the end
		this.listener.failed();
		if (response instanceof HttpServletResponse http && !http.isCommitted()) {
			http.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		}
		complete();
	}

	/**
	 * Lets go of what Spring MVC keeps for handlers and views, almost a kilobyte. The
	 * container calls the first time when the request has left all servlets and filters;
	 * what a listener or an access log may ask for, such as the mapping, stays.
	 */
	static void letGo(ServletRequest request) {
		request.removeAttribute(WebAsyncUtils.WEB_ASYNC_MANAGER_ATTRIBUTE);
		request.removeAttribute(DispatcherServlet.OUTPUT_FLASH_MAP_ATTRIBUTE);
		request.removeAttribute(DispatcherServlet.FLASH_MAP_MANAGER_ATTRIBUTE);
	}

	/**
	 * A write has failed, or the client has reset its HTTP/2 stream. Tomcat goes on to
	 * {@link #onError(AsyncEvent)}; Jetty leaves it to us to complete.
	 */
	@Override
	public void onError(Throwable failure) {
		ended(this.container.completesAfterWriteError(), failure);
	}

	@Override
	public void onError(AsyncEvent event) {
		ended(true, event.getThrowable());
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		ended(true, event.getThrowable());
	}

	@Override
	public void onComplete(AsyncEvent event) {
		recycling();
	}

	/**
	 * The container is done with the response.
	 */
	private void recycling() {
		this.lock.lock();
		try {
			this.isCompleted = true;
		}
		finally {
			this.lock.unlock();
		}
		ended(false, null);
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

	private void ended(boolean completes, @Nullable Throwable failure) {
		this.lock.lock();
		try {
			end(failure);
			if (completes) {
				completeOnce();
			}
		}
		finally {
			this.lock.unlock();
		}
		this.listener.gone();
	}

	/**
	 * Tells of the first failure only: a container tells of one in several ways.
	 */
	@GuardedBy("this.lock")
	private void end(@Nullable Throwable failure) {
		if (!this.hasEnded && failure != null) {
			logger.debug("The client has gone: " + failure);
		}
		this.hasEnded = true;
	}

	@GuardedBy("this.lock")
	private void completeOnce() {
		if (this.isCompleted) {
			return;
		}
		this.isCompleted = true;
		try {
			this.context.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("The container had completed a response already", ex);
		}
	}

}
