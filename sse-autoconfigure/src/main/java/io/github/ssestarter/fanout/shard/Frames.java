package io.github.ssestarter.fanout.shard;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.format.SseEventFormatter;
import io.github.ssestarter.history.Cursor;

/**
 * The frames that the engine sends of its own accord.
 */
public final class Frames {

	private static final byte[] NONE = {};

	private static final Duration RETRY = Duration.ofSeconds(1);

	private final SseEventFormatter formatter;

	private final Names names;

	private final HeartbeatMode mode;

	/**
	 * The frames of an engine.
	 * @param formatter formats them
	 * @param names what the events among them are called
	 * @param mode what a heartbeat is
	 */
	public Frames(SseEventFormatter formatter, Names names, HeartbeatMode mode) {
		this.formatter = formatter;
		this.names = names;
		this.mode = mode;
	}

	/**
	 * The first block of a stream.
	 * @param cursor where it begins, {@code null} to leave the client's cursor alone
	 */
	public byte[] opening(@Nullable Cursor cursor) {
		return this.formatter.format(withId(SseEvent.commentOnly("open"), cursor));
	}

	/**
	 * Tells a client that it has lost events.
	 * @param lastEventId the last that it has
	 * @param goesOn the position after which it goes on
	 */
	public byte[] gap(String lastEventId, Cursor goesOn) {
		Map<String, String> data = new LinkedHashMap<>();
		data.put("lastEventId", lastEventId);
		data.put("oldest", goesOn.id().toString());
		return this.formatter.format(withId(SseEvent.of(this.names.gap(), data), goesOn));
	}

	/**
	 * A heartbeat.
	 * @param served the position up to which the stream has been served, {@code null} for
	 * a stream that has not joined
	 */
	public byte[] heartbeat(@Nullable Cursor served) {
		SseEvent event = (this.mode == HeartbeatMode.EVENT) ? SseEvent.named(this.names.heartbeat())
				: SseEvent.commentOnly("heartbeat");
		return this.formatter.format(withId(event, served));
	}

	public byte[] event(SseEvent event, @Nullable Cursor cursor) {
		return this.formatter.format(withId(event, cursor));
	}

	/**
	 * The last bytes of a stream that the server ends.
	 * @param farewell what comes before the event of {@code sse.event.close-name}
	 */
	public byte[] closing(byte[] farewell) {
		String name = this.names.close();
		byte[] close = (name != null) ? this.formatter.format(SseEvent.named(name)) : NONE;
		byte[] all = new byte[farewell.length + close.length];
		System.arraycopy(farewell, 0, all, 0, farewell.length);
		System.arraycopy(close, 0, all, farewell.length, close.length);
		return all;
	}

	/**
	 * Tells a client to come back soon.
	 */
	public byte[] comeBack() {
		return comeBack(RETRY);
	}

	/**
	 * Tells a client when to come back.
	 */
	public byte[] comeBack(Duration retry) {
		return this.formatter.format(SseEvent.retryOnly(retry));
	}

	private static SseEvent withId(SseEvent event, @Nullable Cursor cursor) {
		return (cursor != null) ? event.id(cursor.id().toString()) : event;
	}

	/**
	 * The names of the engine's own events.
	 *
	 * @param gap tells a client that it lost events
	 * @param heartbeat a heartbeat in event mode
	 * @param close the last event before the server ends a stream, {@code null} for none
	 */
	public record Names(String gap, String heartbeat, @Nullable String close) {
	}

	/**
	 * What a heartbeat is.
	 */
	public enum HeartbeatMode {

		/** A comment and an id. */
		COMMENT,

		/** An event, which a client's own code can see. */
		EVENT

	}

}
