package io.github.ssestarter.fanout.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.testsupport.ReadyResponse;
import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * A container as small as the checker of interleavings needs it: a response whose client
 * reads, or reads no more, or goes.
 */
final class ModelTransport extends ReadyResponse {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private volatile @Nullable TransportListener listener;

	/** Guarded by this. */
	private boolean isBlocked;

	/** Guarded by this. */
	private boolean isReadyOwed;

	private volatile boolean isGone;

	/** Written by the shard. */
	private volatile boolean isEnded;

	private volatile @Nullable String violation;

	// The container

	synchronized void block() {
		this.isBlocked = true;
	}

	void unblock() {
		TransportListener listener = this.listener;
		boolean isOwed;
		synchronized (this) {
			this.isBlocked = false;
			isOwed = this.isReadyOwed;
			this.isReadyOwed = false;
		}
		if (isOwed && listener != null) {
			listener.ready();
		}
	}

	/**
	 * The client goes.
	 * @return whether anybody was told
	 */
	boolean cut() {
		TransportListener listener = this.listener;
		if (listener == null) {
			return false;
		}
		this.isGone = true;
		listener.gone();
		return true;
	}

	String text() {
		return this.written.toString(StandardCharsets.UTF_8);
	}

	boolean isDetached() {
		return this.listener != null;
	}

	/**
	 * Whether the engine has ended it.
	 */
	boolean isEnded() {
		return this.isEnded;
	}

	/**
	 * What no container would have put up with, {@code null} for nothing.
	 */
	@Nullable String violation() {
		return this.violation;
	}

	// The engine

	@Override
	public Object connectionKey() {
		return 0;
	}

	@Override
	public void write(byte[] frame) {
		this.written.writeBytes(frame);
	}

	@Override
	public Transport detach(TransportListener listener, Runnable opening) {
		this.listener = listener;
		opening.run();
		return this;
	}

	@Override
	public boolean isReady() throws IOException {
		require(!this.isEnded, "isReady after the end");
		if (this.isGone) {
			throw new IOException("Broken pipe");
		}
		synchronized (this) {
			this.isReadyOwed = this.isBlocked;
			return !this.isBlocked;
		}
	}

	@Override
	public int write(byte[] bytes, int offset, int length) {
		require(!this.isEnded, "write after the end");
		this.written.write(bytes, offset, length);
		return length;
	}

	@Override
	public boolean flush() throws IOException {
		return isReady();
	}

	@Override
	public void complete() {
		over();
	}

	@Override
	public void abort() {
		over();
	}

	private void over() {
		require(!this.isEnded, "ended twice");
		this.isEnded = true;
	}

	private void require(boolean isGood, String what) {
		if (!isGood) {
			this.violation = what;
		}
	}

}
