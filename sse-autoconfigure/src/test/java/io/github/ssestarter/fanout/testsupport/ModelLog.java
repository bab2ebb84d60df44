package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.history.Cursor;

/**
 * The reference of a model test: every event that was ever published, in order.
 */
public final class ModelLog {

	private final List<Entry> entries = new ArrayList<>();

	private final Map<String, Long> positions = new HashMap<>();

	public ModelLog(Cursor start) {
		this.positions.put(start.id().toString(), start.position());
	}

	public void add(Cursor cursor, SseAudience audience, @Nullable String ownId) {
		if (cursor.position() != size() + 1) {
			throw new AssertionError("Position " + cursor + " after " + size() + " events");
		}
		this.entries.add(new Entry(audience, cursor.id().toString(), ownId));
		this.positions.put(cursor.id().toString(), cursor.position());
	}

	public long size() {
		return this.entries.size();
	}

	public Entry get(long position) {
		return this.entries.get((int) position - 1);
	}

	/**
	 * The position of an id of the log.
	 */
	public @Nullable Long position(String id) {
		return this.positions.get(id);
	}

	/**
	 * The positions of the events with a caller's own id, the oldest first.
	 */
	public LongStream ownPositions(String ownId) {
		return LongStream.rangeClosed(1, size()).filter((position) -> Objects.equals(get(position).ownId(), ownId));
	}

	/**
	 * An event.
	 *
	 * @param audience who hears it
	 * @param id the id that the log gave it
	 * @param ownId the caller's own
	 */
	public record Entry(SseAudience audience, String id, @Nullable String ownId) {
	}

}
