package io.github.ssestarter.fanout;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one detached stream alone: bounded in bytes, never blocking.
 */
final class PrivateQueue {

	private final int maxBytes;

	/** Changed under this. Made with the first frame: most streams never have one. */
	private volatile @Nullable ArrayDeque<Item> items;

	/** Guarded by this. */
	private long bytes;

	PrivateQueue(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Adds a frame, if there is room. A frame larger than the whole queue has room in an
	 * empty one, and the end of the stream always has.
	 * @return whether there was room
	 */
	synchronized boolean offer(Item item) {
		if (!item.isLast() && this.bytes > 0 && this.bytes + item.frame().length > this.maxBytes) {
			return false;
		}
		ArrayDeque<Item> items = this.items;
		if (items == null) {
			items = new ArrayDeque<>(2);
			this.items = items;
		}
		this.bytes += item.frame().length;
		items.add(item);
		return true;
	}

	/**
	 * Takes the next frame, if it leaves after a position up to which all is served.
	 */
	@Nullable Item poll(long served) {
		return (this.items != null) ? pollItem(served) : null;
	}

	private synchronized @Nullable Item pollItem(long served) {
		ArrayDeque<Item> items = this.items;
		Item item = (items != null) ? items.peek() : null;
		if (items == null || item == null || item.position() > served) {
			return null;
		}
		items.remove();
		this.bytes -= item.frame().length;
		return item;
	}

	boolean isEmpty() {
		return this.items == null || isWithoutItems();
	}

	private synchronized boolean isWithoutItems() {
		ArrayDeque<Item> items = this.items;
		return items == null || items.isEmpty();
	}

	synchronized void clear() {
		this.items = null;
		this.bytes = 0;
	}

	/**
	 * A frame.
	 *
	 * @param frame its bytes
	 * @param position the position of the log after which it leaves
	 * @param isLast whether the stream is complete after it
	 */
	record Item(byte[] frame, long position, boolean isLast) {
	}

}
