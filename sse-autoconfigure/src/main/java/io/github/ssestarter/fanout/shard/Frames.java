package io.github.ssestarter.fanout.shard;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.backplane.WireId;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * The frames that the engine sends of its own accord. None is a block without data, which
 * many clients take for an empty message.
 */
public final class Frames {

	private static final byte[] NONE = {};

	/**
	 * A comment of one line, which is a part of the next block. With nothing behind the
	 * colon the client of RESTEasy takes the line after it for the comment.
	 */
	private static final byte[] HEARTBEAT_COMMENT = ": \n".getBytes(StandardCharsets.US_ASCII);

	private final SseEventFormatter formatter = SseEventFormatter.ofOwnEvents();

	private final Names names;

	private final HeartbeatMode mode;

	private final InstantSource clock;

	/**
	 * The frames of an engine.
	 * @param names what the events among them are called
	 * @param mode what a heartbeat is
	 * @param clock tells the time in the first event
	 */
	public Frames(Names names, HeartbeatMode mode, InstantSource clock) {
		this.names = names;
		this.mode = mode;
		this.clock = clock;
	}

	/**
	 * How a stream begins that only its method writes to.
	 * @param retry after which time its client comes back, which an end before this
	 * stream may have told otherwise
	 */
	public byte[] opening(Duration retry) {
		return this.formatter.format(SseEvent.retryOnly(retry));
	}

	/**
	 * How a stream begins that hears the log: with one event, which tells the client its
	 * place, whatever kind of client it is.
	 * @param retry after which time its client comes back
	 * @param id the place, {@code null} if the client has none
	 */
	public byte[] connected(String clientId, Duration retry, @Nullable WireId id) {
		String name = this.names.connected();
		if (name == null) {
			return opening(retry);
		}
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("clientId", clientId);
		data.put("serverTime", this.clock.instant().toString());
		return this.formatter.format(withId(SseEvent.of(name, data).retry(retry), id));
	}

	/**
	 * Tells a client that it has lost events.
	 * @param lastEventId the last that it has
	 * @param goesOn the position after which it goes on
	 */
	public byte[] gap(WireId lastEventId, WireId goesOn) {
		Map<String, String> data = new LinkedHashMap<>();
		data.put("lastEventId", lastEventId.toString());
		data.put("oldest", String.valueOf(goesOn.position()));
		return this.formatter.format(withId(SseEvent.of(this.names.gap(), data), goesOn));
	}

	/**
	 * A heartbeat.
	 * @param served the place up to which the stream has been served, {@code null} if its
	 * client has none. A comment does not tell it: the client keeps an older one, and
	 * comes back to that
	 */
	public byte[] heartbeat(@Nullable WireId served) {
		return (this.mode == HeartbeatMode.EVENT)
				? this.formatter.format(withId(SseEvent.of(this.names.heartbeat(), Map.of()), served))
				: HEARTBEAT_COMMENT;
	}

	/**
	 * The last bytes of a stream that the server ends.
	 * @param retry after which time its client comes back, unless the end says otherwise
	 * @param id the client's place, {@code null} if it has none
	 */
	public byte[] closing(End end, Duration retry, @Nullable WireId id) {
		byte[] farewell = end.farewell();
		byte[] last = last(end, retry, id);
		byte[] all = new byte[farewell.length + last.length];
		System.arraycopy(farewell, 0, all, 0, farewell.length);
		System.arraycopy(last, 0, all, farewell.length, last.length);
		return all;
	}

	private byte[] last(End end, Duration retry, @Nullable WireId id) {
		String name = this.names.close();
		Duration comeBack = end.retry();
		if (name != null) {
			SseEvent event = SseEvent.of(name, Map.of("reason", end.reason().name()))
				.retry((comeBack != null) ? comeBack : retry);
			return this.formatter.format(withId(event, id));
		}
		return (comeBack != null) ? opening(comeBack) : NONE;
	}

	private static SseEvent withId(SseEvent event, @Nullable WireId id) {
		return (id != null) ? event.id(id.toString()) : event;
	}

	/**
	 * The names of the engine's own events.
	 *
	 * @param connected tells a client of its stream, first of all, {@code null} for none
	 * @param gap tells a client that it lost events
	 * @param heartbeat a heartbeat in event mode
	 * @param close the last event before the server ends a stream, {@code null} for none
	 */
	public record Names(@Nullable String connected, String gap, String heartbeat, @Nullable String close) {
	}

	/**
	 * What a heartbeat is.
	 */
	public enum HeartbeatMode {

		/** A comment, which nothing at the client sees. */
		COMMENT,

		/** An event, which a client's own code can see, and which tells its place. */
		EVENT

	}

}
