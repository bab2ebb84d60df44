package io.github.ssestarter.fanout.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;
import io.github.ssestarter.fanout.transport.TransportListener;

/**
 * A {@link Transport} whose readiness and failures the test controls, and which notes
 * whatever a container would not put up with.
 */
public final class FakeTransport implements Transport {

	private final TransportListener listener;

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final List<Integer> writes = new ArrayList<>();

	private final List<byte[]> arrays = new ArrayList<>();

	private final List<byte[]> copies = new ArrayList<>();

	private final List<String> violations = new ArrayList<>();

	private boolean isPartial;

	private boolean keepsArrays = true;

	private int maxWrite = Transport.SMALL_WRITE;

	private long room = Long.MAX_VALUE;

	private int flushed;

	private int flushes;

	private int refusals;

	private boolean isAllowed;

	private boolean isReadyOwed;

	private boolean isCompleted;

	private boolean isAborted;

	private @Nullable IOException failure;

	private boolean isBroken;

	private Runnable meanwhile = () -> {
	};

	public FakeTransport(TransportListener listener) {
		this.listener = listener;
	}

	// The test

	public void setMaxWrite(int maxWrite) {
		this.maxWrite = maxWrite;
	}

	/**
	 * Takes as much of a write as there is room for, like a socket; else all or nothing,
	 * like a servlet container.
	 */
	public synchronized void takePartly() {
		this.isPartial = true;
	}

	/**
	 * Does not keep what is written.
	 */
	public synchronized void borrowArrays() {
		this.keepsArrays = false;
	}

	/**
	 * Lets the client take this many more bytes.
	 */
	public void allow(long bytes) {
		boolean isOwed;
		synchronized (this) {
			this.room = (bytes == Long.MAX_VALUE) ? bytes : Math.max(this.room, 0) + bytes;
			isOwed = this.isReadyOwed && this.room > 0;
			this.isReadyOwed = !isOwed && this.isReadyOwed;
		}
		if (isOwed) {
			this.listener.ready();
		}
	}

	public synchronized void block() {
		this.room = 0;
	}

	public synchronized void refuse(int writes) {
		this.refusals = writes;
	}

	public synchronized void fail() {
		this.failure = new IOException("Broken pipe");
	}

	/**
	 * What happens in other threads while the engine asks whether it may write.
	 */
	public synchronized void meanwhile(Runnable action) {
		this.meanwhile = action;
	}

	/**
	 * Lets the next call fail as only a fault in the container would.
	 */
	public synchronized void crash() {
		this.isBroken = true;
	}

	public void cut() {
		fail();
		this.listener.gone();
	}

	/**
	 * What the client has received.
	 */
	public synchronized byte[] received() {
		return Arrays.copyOf(this.written.toByteArray(), this.flushed);
	}

	/**
	 * What was written, flushed or not.
	 */
	public synchronized byte[] written() {
		return this.written.toByteArray();
	}

	public synchronized String text() {
		return new String(received(), StandardCharsets.UTF_8);
	}

	public synchronized List<Integer> writes() {
		return List.copyOf(this.writes);
	}

	public synchronized int flushes() {
		return this.flushes;
	}

	public synchronized boolean isCompleted() {
		return this.isCompleted;
	}

	public synchronized boolean isAborted() {
		return this.isAborted;
	}

	/**
	 * What was done that must not be.
	 */
	public synchronized List<String> violations() {
		for (int i = 0; i < this.arrays.size(); i++) {
			if (!Arrays.equals(this.arrays.get(i), this.copies.get(i))) {
				this.violations.add("array of write " + i + " was written to afterwards");
			}
		}
		return this.violations;
	}

	// The engine

	@Override
	public int maxWrite() {
		return this.maxWrite;
	}

	@Override
	public synchronized boolean isReady() throws IOException {
		requireOpen("isReady");
		this.meanwhile.run();
		this.isAllowed = this.room > 0;
		this.isReadyOwed = !this.isAllowed;
		return this.isAllowed;
	}

	@Override
	public synchronized boolean keepsArrays() {
		return this.keepsArrays;
	}

	@Override
	public synchronized int write(byte[] bytes, int offset, int length) throws IOException {
		requireOpen("write");
		if (!this.isAllowed) {
			this.violations.add("write without isReady");
		}
		this.isAllowed = false;
		if (length > this.maxWrite || length <= 0) {
			this.violations.add("write of " + length + " bytes");
		}
		if (this.refusals > 0) {
			this.refusals--;
			this.isReadyOwed = true;
			return 0;
		}
		if (this.keepsArrays) {
			this.arrays.add(bytes);
			this.copies.add(bytes.clone());
		}
		int taken = (this.isPartial) ? (int) Math.min(length, Math.max(0, this.room)) : length;
		this.isReadyOwed = taken < length;
		this.writes.add(taken);
		this.written.write(bytes, offset, taken);
		this.room -= (this.room != Long.MAX_VALUE) ? taken : 0;
		return taken;
	}

	@Override
	public synchronized boolean flush() throws IOException {
		boolean isAllowed = isReady();
		this.isAllowed = false;
		if (isAllowed) {
			this.flushes++;
			this.flushed = this.written.size();
		}
		return isAllowed;
	}

	@Override
	public synchronized void complete() {
		if (this.flushed != this.written.size()) {
			this.violations.add("completed before all was flushed");
		}
		if (!this.isAllowed) {
			this.violations.add("completed while it was not ready");
		}
		end("complete");
		this.isCompleted = true;
	}

	@Override
	public synchronized void abort() {
		end("abort");
		this.isAborted = true;
		// As containers do, on the same thread
		this.listener.gone();
	}

	private void requireOpen(String call) throws IOException {
		if (this.isCompleted || this.isAborted) {
			this.violations.add(call + " after the end");
		}
		if (this.isBroken) {
			throw new UnsupportedOperationException("A fault of the container");
		}
		if (this.failure != null) {
			throw this.failure;
		}
	}

	private void end(String call) {
		if (this.isCompleted || this.isAborted) {
			this.violations.add(call + " after the end");
		}
	}

}
