package io.github.ssestarter.fanout.shard;

import java.io.IOException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * Writes frames to a transport, several in one write where they are small and in several
 * where they are large, and flushes at the end. Owned by the connection's shard.
 */
final class FrameSender {

	/** What comes before the next frame, {@code null} for nothing. */
	private byte @Nullable [] rest;

	/** Where the rest begins. */
	private int restOffset;

	private boolean isFlushOwed;

	/**
	 * Writes until there is nothing left, the transport is not ready, or the budget is
	 * used up.
	 * @param transport what to write to
	 * @param source gives the frames
	 * @param turn what the source needs to give them
	 * @param block the shard's own; counts what the transport has taken
	 * @param budget how many bytes to write, but for the last write
	 * @return why it stopped
	 */
	<T> Outcome send(Transport transport, Source<T> source, T turn, Block block, int budget) throws IOException {
		block.taken = 0;
		while (transport.isReady()) {
			if (block.taken >= budget) {
				return Outcome.BUDGET_USED;
			}
			if (!gather(source, turn, block, transport)) {
				return flush(transport);
			}
			int taken = transport.write(block.bytes, block.offset, block.length);
			block.taken += taken;
			this.isFlushOwed |= taken > 0;
			if (taken < block.length) {
				keep(block, taken);
				return Outcome.NOT_READY;
			}
			if (block.isLast) {
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
	 * Finds what goes out in one write.
	 * @return whether there is anything
	 */
	private <T> boolean gather(Source<T> source, T turn, Block block, Transport transport) {
		byte[] frame = (this.rest != null) ? this.rest : source.nextFrame(turn);
		if (frame == null) {
			return false;
		}
		int max = transport.maxWrite();
		int offset = (this.rest != null) ? this.restOffset : 0;
		int length = frame.length - offset;
		this.rest = null;
		if (length >= max) {
			setRest(frame, offset + max);
			block.set(frame, offset, max, false);
			return true;
		}
		byte[] next = source.nextFrame(turn);
		if (next == null) {
			block.set(frame, offset, length, true);
			return true;
		}
		System.arraycopy(frame, offset, block.scratch, 0, length);
		while (next != null && length < max) {
			int fits = Math.min(next.length, max - length);
			System.arraycopy(next, 0, block.scratch, length, fits);
			length += fits;
			setRest(next, fits);
			next = (length < max) ? source.nextFrame(turn) : null;
		}
		block.set((transport.keepsArrays()) ? Arrays.copyOf(block.scratch, length) : block.scratch, 0, length,
				length < max);
		return true;
	}

	private void setRest(byte[] frame, int offset) {
		this.rest = (offset < frame.length) ? frame : null;
		this.restOffset = offset;
	}

	/**
	 * What the transport has not taken comes first, before a frame that was gathered in
	 * part.
	 */
	private void keep(Block block, int taken) {
		byte[] begun = this.rest;
		int from = block.offset + taken;
		int to = block.offset + block.length;
		if (begun == block.bytes || (begun == null && block.bytes != block.scratch)) {
			setRest(block.bytes, from);
			return;
		}
		int more = (begun != null) ? begun.length - this.restOffset : 0;
		byte[] kept = Arrays.copyOf(Arrays.copyOfRange(block.bytes, from, to), to - from + more);
		if (begun != null) {
			System.arraycopy(begun, this.restOffset, kept, to - from, more);
		}
		setRest(kept, 0);
	}

	/**
	 * Gives frames.
	 *
	 * @param <T> what it needs for it
	 */
	interface Source<T> {

		/**
		 * The next frame.
		 * @return the frame, {@code null} if there is none
		 */
		byte @Nullable [] nextFrame(T turn);

	}

	/**
	 * What goes out in one write. A shard has one for all its connections.
	 */
	static final class Block {

		private final byte[] scratch = new byte[Transport.LARGEST_WRITE];

		private byte[] bytes = this.scratch;

		private int offset;

		private int length;

		/** Whether there was nothing more when it was gathered. */
		private boolean isLast;

		private int taken;

		private void set(byte[] bytes, int offset, int length, boolean isLast) {
			this.bytes = bytes;
			this.offset = offset;
			this.length = length;
			this.isLast = isLast;
		}

		/**
		 * How many bytes the transport took of the last frames that were sent.
		 */
		int taken() {
			return this.taken;
		}

	}

	/**
	 * Why sending stopped.
	 */
	enum Outcome {

		/** All is flushed, and nothing is left; the transport may be at work on it. */
		ALL_SENT,

		/** The transport tells when it can go on. */
		NOT_READY,

		/** There may be more, and the transport could take it. */
		BUDGET_USED

	}

}
