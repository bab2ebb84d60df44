package io.github.ssestarter.history;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * A message in its place in the window.
 *
 * @since 0.1.0
 */
public final class HistoryEntry {

	private final Cursor cursor;

	private final SseAudience audience;

	private final @Nullable String ownId;

	private final boolean isEvent;

	private final byte[] frame;

	private final long endOffset;

	private final long appendedAt;

	HistoryEntry(Cursor cursor, Message message, long offset, long appendedAt) {
		this.cursor = cursor;
		this.audience = message.audience();
		this.ownId = (message instanceof Message.Event event) ? event.ownId() : null;
		this.isEvent = message instanceof Message.Event;
		this.frame = frame(cursor.id(), message);
		this.endOffset = offset + this.frame.length;
		this.appendedAt = appendedAt;
	}

	private static byte[] frame(EventId id, Message message) {
		if (message instanceof Message.Event event) {
			String ownId = event.ownId();
			return SseEventFormatter.complete(event.body(), (ownId != null) ? ownId : id.toString());
		}
		return ((Message.Close) message).farewell();
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
		return this.audience;
	}

	/**
	 * Whether this is an event, which a reader is sent; else it is an order to close,
	 * which is carried out once and never replayed.
	 * @return whether it is an event
	 */
	public boolean isEvent() {
		return this.isEvent;
	}

	/**
	 * The frame of the event, or the farewell of an order to close. Shared by all
	 * readers: never written to.
	 * @return the bytes
	 */
	public byte[] frame() {
		return this.frame;
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

	@Nullable String ownId() {
		return this.ownId;
	}

}
