package io.github.ssestarter.history;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * An event in its place in the window.
 *
 * @since 0.1.0
 */
public final class HistoryEntry {

	private final Cursor cursor;

	private final Message.Event event;

	private final long endOffset;

	private final long appendedAt;

	/** Written under the lock of its history. */
	private volatile long supersededAt = Long.MAX_VALUE;

	HistoryEntry(Cursor cursor, Message.Event event, long offset, long appendedAt) {
		this.cursor = cursor;
		this.event = event.withBody(frame(cursor.id(), event));
		this.endOffset = offset + this.event.body().length;
		this.appendedAt = appendedAt;
	}

	/**
	 * A comment goes without a place, since that would make a block without data of it.
	 */
	private static byte[] frame(EventId id, Message.Event event) {
		if (event.ownId() == null && !SseEventFormatter.isEvent(event.body())) {
			return event.body();
		}
		return SseEventFormatter.complete(event.body(), new WireId(id, event.ownId()).toString());
	}

	/**
	 * Where a reader is that has been served this entry.
	 * @return the position and id of this entry
	 */
	public Cursor cursor() {
		return this.cursor;
	}

	public long position() {
		return this.cursor.position();
	}

	public SseAudience audience() {
		return this.event.audience();
	}

	/**
	 * What was published.
	 * @return the event, whose body is the {@link #frame()}
	 */
	public Message.Event event() {
		return this.event;
	}

	/**
	 * The frame of the event, with its id. Shared by all readers: never written to.
	 * @return the bytes
	 */
	public byte[] frame() {
		return this.event.body();
	}

	/**
	 * A later event has its key, and is for the same audience.
	 * @param position the position of that one
	 */
	void supersede(long position) {
		this.supersededAt = position;
	}

	boolean isSuperseded() {
		return this.supersededAt != Long.MAX_VALUE;
	}

	/**
	 * Whether who reads up to a position need not hear it, since a later event takes its
	 * place.
	 * @param position the last position that is read
	 * @return whether an event that supersedes it stands there, or before it
	 */
	public boolean isSupersededBy(long position) {
		return this.supersededAt <= position;
	}

	boolean isOlderThan(EventHistory.Limits limits, long now) {
		return now - this.appendedAt > limits.maxAge().toNanos();
	}

	long startOffset() {
		return this.endOffset - this.event.body().length;
	}

	long endOffset() {
		return this.endOffset;
	}

	/**
	 * When it came into this node's history.
	 * @return the time of the history's clock, see {@link System#nanoTime()}
	 */
	public long appendedAt() {
		return this.appendedAt;
	}

	/**
	 * The id of the application's own.
	 * @return the id, {@code null} for none
	 */
	public @Nullable String ownId() {
		return this.event.ownId();
	}

}
