package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * The reference of a model test: every event that was ever published, in order, and where
 * a log began anew.
 */
public final class ModelLog {

	private final List<Entry> entries = new ArrayList<>();

	private final Map<String, Long> positions = new HashMap<>();

	/**
	 * A log begins: what was before is not in it.
	 */
	public void begin(EventId start) {
		this.entries.add(new Entry(null, start.toString(), null, null));
		this.positions.put(start.toString(), size());
	}

	public void add(EventId id, Message.Event event) {
		this.entries.add(new Entry(event.audience(), id.toString(), event.ownId(), event.key()));
		this.positions.put(id.toString(), size());
	}

	/**
	 * Something that is no event has its place.
	 */
	public void pass(EventId id) {
		this.positions.put(id.toString(), size());
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
	 * The positions of the events with a caller's own id between two positions, the
	 * oldest first.
	 */
	public LongStream ownPositions(String ownId, long after, long to) {
		return LongStream.rangeClosed(after + 1, to).filter((position) -> Objects.equals(get(position).ownId(), ownId));
	}

	/**
	 * An event, or the beginning of a log.
	 *
	 * @param audience who hears it, {@code null} if a log begins, which everybody does
	 * who was there
	 * @param id the id that the log gave it
	 * @param ownId the caller's own
	 * @param key what it supersedes others by
	 */
	public record Entry(@Nullable SseAudience audience, String id, @Nullable String ownId, @Nullable String key) {

		boolean isHeard(ModelListener listener, long position) {
			return this.audience == null || listener.hears(this.audience, position);
		}

		boolean mayBeHeard(ModelListener listener, long position) {
			return this.audience == null || listener.mayHear(this.audience, position);
		}

	}

}
