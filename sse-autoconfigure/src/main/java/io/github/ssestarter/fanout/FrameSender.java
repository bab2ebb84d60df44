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

	/** A frame that was begun, of which this much is gathered already. */
	private byte @Nullable [] begun;

	private int begunOffset;

	/** What the transport was not ready for, {@code null} for nothing. */
	private @Nullable Block kept;

	private boolean isFlushOwed;

	private long written;

	/**
	 * Writes until there is nothing left, the transport is not ready, or the budget is
	 * used up.
	 * @param transport what to write to
	 * @param frames gives the next frame, {@code null} if there is none
	 * @param scratch the shard's own array, of {@link Transport#LARGEST_WRITE} bytes
	 * @param budget how many bytes to write at most
	 * @return why it stopped
	 */
	Outcome send(Transport transport, Supplier<byte @Nullable []> frames, byte[] scratch, int budget)
			throws IOException {
		int left = budget;
		int max = transport.maxWrite();
		while (transport.isReady()) {
			Block block = (this.kept != null) ? this.kept : gather(frames, scratch, max);
			if (block == null) {
				return flush(transport);
			}
			if (left <= 0) {
				keep(block);
				return Outcome.BUDGET_USED;
			}
			left -= block.length();
			if (!write(transport, block)) {
				return Outcome.NOT_READY;
			}
			if (block.isLast()) {
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

	private boolean write(Transport transport, Block block) throws IOException {
		try {
			transport.write(block.bytes(), block.offset(), block.length());
		}
		catch (IllegalStateException ex) {
			keep(block);
			return false;
		}
		this.kept = null;
		this.written += block.length();
		this.isFlushOwed = true;
		return true;
	}

	private void keep(Block block) {
		// There may be more by then
		this.kept = new Block(block.bytes(), block.offset(), block.length(), false);
	}

	private @Nullable Block gather(Supplier<byte @Nullable []> frames, byte[] scratch, int max) {
		byte[] frame = (this.begun != null) ? this.begun : frames.get();
		if (frame == null) {
			return null;
		}
		int offset = (this.begun != null) ? this.begunOffset : 0;
		this.begun = null;
		int length = frame.length - offset;
		if (length >= max) {
			setBegun(frame, offset + max);
			return new Block(frame, offset, max, false);
		}
		byte[] next = frames.get();
		if (next == null) {
			return new Block(frame, offset, length, true);
		}
		System.arraycopy(frame, offset, scratch, 0, length);
		while (next != null && length < max) {
			int fits = Math.min(next.length, max - length);
			System.arraycopy(next, 0, scratch, length, fits);
			length += fits;
			setBegun(next, fits);
			next = (length < max) ? frames.get() : null;
		}
		return new Block(Arrays.copyOf(scratch, length), 0, length, length < max);
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

	/**
	 * What goes out in one write.
	 *
	 * @param bytes the array
	 * @param offset where it begins
	 * @param length how many bytes
	 * @param isLast whether there was nothing more when it was gathered
	 */
	private record Block(byte[] bytes, int offset, int length, boolean isLast) {
	}

}
