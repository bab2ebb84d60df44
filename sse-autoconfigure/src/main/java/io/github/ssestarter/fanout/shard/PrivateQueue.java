package io.github.ssestarter.fanout.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

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

	/** Told when there is room; {@code null} if nobody waits for it. */
	@GuardedBy("this")
	private @Nullable List<Runnable> waiting;

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
	 * Adds a frame, if at least half of the queue is free: the rest is for those who do
	 * not wait for room.
	 * @return whether it was, and the queue is not closed
	 */
	synchronized boolean offerIfHalfFree(Item item) {
		return hasRoom() && offer(item);
	}

	/**
	 * Has something run once, when at least half of the queue is free again, or it is
	 * closed; at once if that is so already. Runs on whatever thread frees it, without a
	 * lock: returns at once.
	 */
	void whenRoom(Runnable action) {
		synchronized (this) {
			if (!hasRoom()) {
				if (this.waiting == null) {
					this.waiting = new ArrayList<>(1);
				}
				this.waiting.add(action);
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
		List<Runnable> waiting;
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
		waiting.forEach(Runnable::run);
		return item;
	}

	@GuardedBy("this")
	private List<Runnable> takeWaiting() {
		List<Runnable> waiting = (hasRoom()) ? this.waiting : null;
		if (waiting == null) {
			return List.of();
		}
		this.waiting = null;
		return waiting;
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
		List<Runnable> waiting;
		synchronized (this) {
			if (!isWithoutItems()) {
				return false;
			}
			this.isClosed = true;
			waiting = takeWaiting();
		}
		waiting.forEach(Runnable::run);
		return true;
	}

	/**
	 * Takes nothing more, and drops what waits.
	 */
	void close() {
		List<Runnable> waiting;
		synchronized (this) {
			this.isClosed = true;
			this.items = null;
			this.bytes = 0;
			waiting = takeWaiting();
		}
		waiting.forEach(Runnable::run);
	}

	/**
	 * A frame.
	 *
	 * @param frame its bytes
	 * @param ownId the id of the application's own that it is still to get, {@code null}
	 * for none
	 * @param position the position of the log after which it leaves
	 */
	record Item(byte[] frame, @Nullable String ownId, long position) {
	}

}
