package io.github.ssestarter.fanout.shard;

import java.util.ArrayDeque;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one detached stream alone: bounded in bytes, never blocking.
 */
final class PrivateQueue {

	private final int maxBytes;

	/** Written under this. Made with the first frame: most streams never have one. */
	private volatile @Nullable ArrayDeque<Item> items;

	@GuardedBy("this")
	private int bytes;

	/** Whether it takes nothing more. */
	@GuardedBy("this")
	private boolean isClosed;

	/** {@code null} if nobody waits for room. */
	@GuardedBy("this")
	private @Nullable Runnable whenRoom;

	PrivateQueue(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Adds a frame, if there is room. A frame larger than the whole queue has room in an
	 * empty one.
	 * @return whether there was room, and the queue is not closed
	 */
	synchronized boolean offer(Item item) {
		if (this.isClosed || (this.bytes > 0 && (long) this.bytes + item.frame().length > this.maxBytes)) {
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
	 * Has something run once, when at least half of the queue is free again, or it is
	 * closed; at once if that is so already. Runs on whatever thread frees it, without a
	 * lock: returns at once.
	 */
	void whenRoom(Runnable action) {
		synchronized (this) {
			if (!hasRoom()) {
				this.whenRoom = action;
				return;
			}
		}
		action.run();
	}

	@GuardedBy("this")
	private boolean hasRoom() {
		return this.isClosed || this.bytes <= this.maxBytes / 2;
	}

	/**
	 * Takes the next frame, if it leaves after a position up to which all is served.
	 */
	@Nullable Item poll(long served) {
		return (this.items != null) ? pollItem(served) : null;
	}

	private @Nullable Item pollItem(long served) {
		Item item;
		Runnable waiting;
		synchronized (this) {
			ArrayDeque<Item> items = this.items;
			item = (items != null) ? items.peek() : null;
			if (items == null || item == null || item.position() > served) {
				return null;
			}
			items.remove();
			this.bytes -= item.frame().length;
			waiting = takeWaiting();
		}
		run(waiting);
		return item;
	}

	@GuardedBy("this")
	private @Nullable Runnable takeWaiting() {
		Runnable waiting = (hasRoom()) ? this.whenRoom : null;
		this.whenRoom = (waiting != null) ? null : this.whenRoom;
		return waiting;
	}

	private static void run(@Nullable Runnable action) {
		if (action != null) {
			action.run();
		}
	}

	boolean isEmpty() {
		return this.items == null || isWithoutItems();
	}

	private synchronized boolean isWithoutItems() {
		ArrayDeque<Item> items = this.items;
		return items == null || items.isEmpty();
	}

	/**
	 * Takes nothing more, if nothing waits.
	 * @return whether nothing waits
	 */
	boolean closeIfEmpty() {
		Runnable waiting;
		synchronized (this) {
			if (!isWithoutItems()) {
				return false;
			}
			this.isClosed = true;
			waiting = takeWaiting();
		}
		run(waiting);
		return true;
	}

	/**
	 * Takes nothing more, and drops what waits.
	 */
	void close() {
		Runnable waiting;
		synchronized (this) {
			this.isClosed = true;
			this.items = null;
			this.bytes = 0;
			waiting = takeWaiting();
		}
		run(waiting);
	}

	/**
	 * A frame.
	 *
	 * @param frame its bytes
	 * @param position the position of the log after which it leaves
	 */
	record Item(byte[] frame, long position) {
	}

}
