package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A response's output stream that checks how it is used once it must not block: every
 * write and flush only after {@code isReady()} was true, at most 8,000 bytes at a time,
 * nothing after a failure, one end.
 */
public final class RecordedOutput extends ServletOutputStream {

	private static final int MAX_WRITE = 8000;

	private final ServletOutputStream output;

	private final List<String> violations = new CopyOnWriteArrayList<>();

	private final AtomicInteger completions = new AtomicInteger();

	private final AtomicInteger writes = new AtomicInteger();

	/** How many writes are refused as if the container were not ready after all. */
	private final AtomicInteger refusals = new AtomicInteger();

	private volatile @Nullable WriteListener listener;

	/** Holds the next write, and the engine's thread with it. */
	private volatile @Nullable Gate gate;

	private volatile boolean wasReady;

	/** The thread whose write failed: not on Jetty, which tells the listener only. */
	private volatile @Nullable Thread failedOn;

	private volatile boolean hasEnded;

	private RecordedOutput(ServletOutputStream output) {
		this.output = output;
	}

	public List<String> violations() {
		return this.violations;
	}

	public int completions() {
		return this.completions.get();
	}

	public int writes() {
		return this.writes.get();
	}

	public boolean hasFailed() {
		return this.failedOn != null || this.hasEnded;
	}

	public void refuse(int count) {
		this.refusals.set(count);
	}

	public void hold(Gate gate) {
		this.gate = gate;
	}

	@Override
	public boolean isReady() {
		this.wasReady = this.output.isReady();
		if (this.failedOn == Thread.currentThread()) {
			this.violations.add("isReady() after a failure");
		}
		if (this.hasEnded) {
			this.violations.add("isReady() after onError()");
		}
		return this.wasReady;
	}

	@Override
	public void setWriteListener(WriteListener writeListener) {
		if (this.listener != null || !Thread.currentThread().getName().matches(".*(exec|qtp).*")) {
			this.violations.add("setWriteListener() on " + Thread.currentThread());
		}
		this.listener = writeListener;
		this.output.setWriteListener(new WriteListener() {

			@Override
			public void onWritePossible() throws IOException {
				writeListener.onWritePossible();
			}

			@Override
			public void onError(Throwable failure) {
				writeListener.onError(failure);
				RecordedOutput.this.hasEnded = true;
			}

		});
	}

	@Override
	public void write(int b) throws IOException {
		this.output.write(b);
	}

	@Override
	public void write(byte[] b, int off, int len) throws IOException {
		WriteListener listener = this.listener;
		if (listener != null) {
			check("write");
			Gate gate = this.gate;
			if (gate != null) {
				gate.hold();
				this.gate = null;
			}
			this.writes.incrementAndGet();
			if (len > MAX_WRITE) {
				this.violations.add("write of " + len + " bytes");
			}
			if (this.refusals.getAndUpdate((count) -> Math.max(0, count - 1)) > 0) {
				Thread callback = new Thread(() -> possible(listener));
				callback.start();
				throw new IllegalStateException("Not ready after all");
			}
		}
		try {
			this.output.write(b, off, len);
		}
		catch (IOException ex) {
			this.failedOn = Thread.currentThread();
			throw ex;
		}
	}

	private static void possible(WriteListener listener) {
		try {
			listener.onWritePossible();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void flush() throws IOException {
		if (this.listener != null) {
			check("flush");
		}
		try {
			this.output.flush();
		}
		catch (IOException ex) {
			this.failedOn = Thread.currentThread();
			throw ex;
		}
	}

	private void check(String call) {
		if (!this.wasReady) {
			this.violations.add(call + "() without isReady()");
		}
		if (hasFailed()) {
			this.violations.add(call + "() after a failure");
		}
		if (this.completions.get() > 0) {
			this.violations.add(call + "() after complete()");
		}
		if (!Thread.currentThread().getName().startsWith("sse-shard")) {
			this.violations.add(call + "() on " + Thread.currentThread());
		}
		this.wasReady = false;
	}

	private void completed() {
		if (this.completions.incrementAndGet() > 1) {
			this.violations.add("complete() again");
		}
		if (this.failedOn == Thread.currentThread()) {
			this.violations.add("complete() by the thread whose write failed");
		}
	}

	/**
	 * Records all responses.
	 */
	public static Filter filter(List<RecordedOutput> recorded) {
		return (request, response, chain) -> {
			RecordedOutput output = new RecordedOutput(response.getOutputStream());
			recorded.add(output);
			chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

				@Override
				public AsyncContext startAsync(ServletRequest asyncRequest, ServletResponse asyncResponse) {
					return output.recorded(super.startAsync(asyncRequest, asyncResponse));
				}

			}, new HttpServletResponseWrapper((HttpServletResponse) response) {

				@Override
				public ServletOutputStream getOutputStream() {
					return output;
				}

			});
		};
	}

	private AsyncContext recorded(AsyncContext context) {
		return (AsyncContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { AsyncContext.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("complete")) {
						completed();
					}
					try {
						return method.invoke(context, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
