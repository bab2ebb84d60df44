package io.github.ssestarter.fanout;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a transport, several in one write where they are small and in several
 * where they are large, and flushes at the end. Owned by the connection's shard.
 */
final class FrameSender {

	/**
	 * What is handed over in one write, in bytes: what the containers hold without
	 * spilling into a buffer that grows.
	 */
	static final int MAX_WRITE = 8_000;

	/** A frame that was begun, of which this much is gathered already. */
	private byte @Nullable [] begun;

	private int begunOffset;

	/** What goes out with the next write, kept if the transport was not ready for it. */
	private byte @Nullable [] block;

	private int blockOffset;

	private int blockLength;

	private boolean isFlushOwed;

	/** Whether there was nothing more when the block was gathered. */
	private boolean isLast;

	private long written;

	/**
	 * Writes until there is nothing left, the transport is not ready, or the budget is
	 * used up.
	 * @param transport what to write to
	 * @param frames gives the next frame, {@code null} if there is none
	 * @param scratch the shard's own array, of {@link #MAX_WRITE} bytes
	 * @param budget how many bytes to write at most
	 * @return why it stopped
	 */
	Outcome send(Transport transport, Supplier<byte @Nullable []> frames, byte[] scratch, int budget)
			throws IOException {
		int left = budget;
		while (transport.isReady()) {
			this.isLast = false;
			if (this.block == null && !gather(frames, scratch)) {
				return flush(transport);
			}
			if (left <= 0) {
				return Outcome.BUDGET_USED;
			}
			left -= this.blockLength;
			if (!writeBlock(transport)) {
				return Outcome.NOT_READY;
			}
			if (this.isLast) {
				return flush(transport);
			}
		}
		return Outcome.NOT_READY;
	}

	private Outcome flush(Transport transport) throws IOException {
		if (this.isFlushOwed && !transport.flush()) {
			return Outcome.NOT_READY;
		}
		this.isFlushOwed = false;
		return Outcome.ALL_SENT;
	}

	/**
	 * How many bytes the transport has taken, altogether.
	 */
	long written() {
		return this.written;
	}

	private boolean writeBlock(Transport transport) throws IOException {
		byte[] block = this.block;
		if (block != null) {
			try {
				transport.write(block, this.blockOffset, this.blockLength);
				this.written += this.blockLength;
			}
			catch (IllegalStateException ex) {
				return false;
			}
		}
		this.block = null;
		this.isFlushOwed = true;
		return true;
	}

	private boolean gather(Supplier<byte @Nullable []> frames, byte[] scratch) {
		byte[] frame = (this.begun != null) ? this.begun : frames.get();
		if (frame == null) {
			return false;
		}
		int offset = (this.begun != null) ? this.begunOffset : 0;
		this.begun = null;
		int length = frame.length - offset;
		if (length >= MAX_WRITE) {
			setBlock(frame, offset, MAX_WRITE);
			setBegun(frame, offset + MAX_WRITE);
			return true;
		}
		byte[] next = frames.get();
		if (next == null) {
			this.isLast = true;
			setBlock(frame, offset, length);
			return true;
		}
		System.arraycopy(frame, offset, scratch, 0, length);
		while (next != null && length < MAX_WRITE) {
			int fits = Math.min(next.length, MAX_WRITE - length);
			System.arraycopy(next, 0, scratch, length, fits);
			length += fits;
			setBegun(next, fits);
			next = (length < MAX_WRITE) ? frames.get() : null;
			this.isLast = next == null && length < MAX_WRITE;
		}
		setBlock(Arrays.copyOf(scratch, length), 0, length);
		return true;
	}

	private void setBlock(byte[] bytes, int offset, int length) {
		this.block = bytes;
		this.blockOffset = offset;
		this.blockLength = length;
	}

	private void setBegun(byte[] frame, int offset) {
		this.begun = (offset < frame.length) ? frame : null;
		this.begunOffset = offset;
	}

	/**
	 * Why sending stopped.
	 */
	enum Outcome {

		/** All is flushed, and nothing is left; the transport may be at work on it. */
		ALL_SENT,

		/** The transport tells when it can go on. */
		NOT_READY,

		/** There is more, and the transport could take it. */
		BUDGET_USED

	}

}
