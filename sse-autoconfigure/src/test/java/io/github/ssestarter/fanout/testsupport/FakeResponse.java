package io.github.ssestarter.fanout.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.AttachedResponse;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * An {@link AttachedResponse} in memory.
 */
public final class FakeResponse implements AttachedResponse {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final Object connectionKey;

	private volatile boolean isPrepared;

	private volatile boolean isKeptOpen;

	private volatile boolean isEnded;

	private volatile boolean isCommitted;

	private volatile boolean hasNoContent;

	private volatile boolean isGone;

	private volatile boolean isBroken;

	private volatile @Nullable CountDownLatch held;

	private volatile boolean isHeld;

	private volatile @Nullable FakeTransport transport;

	private volatile @Nullable RuntimeException detachFailure;

	private volatile boolean isUnfinished;

	private volatile @Nullable Runnable whenFinished;

	private volatile Runnable meanwhile = () -> {
	};

	public FakeResponse(Object connectionKey) {
		this.connectionKey = connectionKey;
	}

	public void cut() {
		this.isGone = true;
	}

	/**
	 * Lets writes fail as only a fault of a filter would.
	 */
	public void crash() {
		this.isBroken = true;
	}

	public void commitElsewhere() {
		this.isCommitted = true;
	}

	public void failToDetach(RuntimeException failure) {
		this.detachFailure = failure;
	}

	/**
	 * Lets the container be at work on it until it has {@link #finish() finished}. Before
	 * the stream is attached.
	 */
	public FakeResponse unfinished() {
		this.isUnfinished = true;
		return this;
	}

	public void finish() {
		Objects.requireNonNull(this.whenFinished, "Not attached").run();
	}

	/**
	 * Lets the next writes wait for the client, until it is released.
	 */
	public CountDownLatch hold() {
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		return latch;
	}

	public boolean isHeld() {
		return this.isHeld;
	}

	public boolean isPrepared() {
		return this.isPrepared;
	}

	/**
	 * Whether it was said as the headers were set that the stream goes on.
	 */
	public boolean isKeptOpen() {
		return this.isKeptOpen;
	}

	public boolean isEnded() {
		return this.isEnded;
	}

	public boolean hasNoContent() {
		return this.hasNoContent;
	}

	public synchronized byte[] written() {
		return this.written.toByteArray();
	}

	public String text() {
		return new String(written(), StandardCharsets.UTF_8);
	}

	public @Nullable FakeTransport transport() {
		return this.transport;
	}

	@Override
	public void prepare(boolean isKeptOpen) {
		this.isPrepared = true;
		this.isKeptOpen = isKeptOpen;
	}

	@Override
	public void end() throws IOException {
		if (this.isGone) {
			throw new IOException("Broken pipe");
		}
		this.isEnded = true;
	}

	@Override
	public void noContent() {
		this.hasNoContent = true;
	}

	@Override
	public void write(byte[] frame) throws IOException {
		CountDownLatch held = this.held;
		if (held != null) {
			this.isHeld = true;
			try {
				held.await();
			}
			catch (InterruptedException ex) {
				throw new IOException("Interrupted", ex);
			}
		}
		if (this.isBroken) {
			throw new IllegalStateException("A fault of a filter");
		}
		if (this.isGone) {
			throw new IOException("Broken pipe");
		}
		this.isCommitted = true;
		synchronized (this) {
			this.written.writeBytes(frame);
		}
	}

	@Override
	public boolean isCommitted() {
		return this.isCommitted;
	}

	/**
	 * What happens in other threads while the stream is detached.
	 */
	public void whileDetaching(Runnable action) {
		this.meanwhile = action;
	}

	@Override
	public Transport detach(TransportListener listener, Runnable opening) {
		this.meanwhile.run();
		RuntimeException failure = this.detachFailure;
		if (failure != null) {
			throw failure;
		}
		FakeTransport transport = new FakeTransport(listener);
		this.transport = transport;
		opening.run();
		return transport;
	}

	@Override
	public void whenFinished(Runnable callback) {
		if (this.isUnfinished) {
			this.whenFinished = callback;
		}
		else {
			callback.run();
		}
	}

	@Override
	public Object connectionKey() {
		return this.connectionKey;
	}

}
