package io.github.ssestarter.format;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseEvent;

/**
 * Turns events into the bytes of {@code text/event-stream}, by the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML standard,
 * section 9.2</a>. Sends to one client, broadcasts, comments and heartbeats all pass
 * through here. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class SseEventFormatter {

	private static final byte[] COMMENT = ascii(": ");

	private static final byte[] RETRY = ascii("retry: ");

	private static final byte[] EVENT = ascii("event: ");

	private static final byte[] DATA = ascii("data: ");

	private static final byte[] ID = ascii("id: ");

	/** The id's line ends, and so does its frame. */
	private static final int LINE_ENDS = 2;

	private final JsonWriter json;

	private final int maxSize;

	private final EventWatcher watcher;

	/**
	 * Creates a formatter.
	 * @param json writes data that is not text
	 * @param maxSize what a frame may have at most, in bytes
	 */
	public SseEventFormatter(JsonWriter json, int maxSize) {
		this(json, maxSize, EventWatcher.NONE);
	}

	/**
	 * Creates a formatter that shows what it formats.
	 * @param json writes data that is not text
	 * @param maxSize what a frame may have at most, in bytes
	 * @param watcher is shown each event
	 */
	public SseEventFormatter(JsonWriter json, int maxSize, EventWatcher watcher) {
		this.json = json;
		this.maxSize = maxSize;
		this.watcher = watcher;
	}

	/**
	 * Formats the engine's own events, whose data is what clients expect, whatever the
	 * application's mapper makes of maps.
	 * @return a formatter with a mapper of its own
	 */
	public static SseEventFormatter ofOwnEvents() {
		return new SseEventFormatter(JsonWriter.of(new JsonMapper()), Integer.MAX_VALUE);
	}

	/**
	 * Formats an event whole, as it goes to one client.
	 * @param event the event
	 * @return the frame, with the empty line that ends it, unless it holds nothing but a
	 * comment or a {@code retry}, which count as they are read
	 * @throws IllegalArgumentException if the data is none, such as a {@code Publisher}
	 * or a {@code Future}, or cannot be written as JSON, or the frame is too large
	 */
	public byte[] format(SseEvent event) {
		return format(event, event.id(), true);
	}

	/**
	 * Formats all of an event but its id, which {@link #complete} appends once it is
	 * known.
	 * @param event the event
	 * @return the fields before the id
	 * @throws IllegalArgumentException if the data is none, such as a {@code Publisher}
	 * or a {@code Future}, or cannot be written as JSON, or the frame is too large
	 */
	public byte[] formatBody(SseEvent event) {
		return format(event, null, false);
	}

	/**
	 * Whether there is an event among the fields of a body, and not only a comment or a
	 * {@code retry}.
	 * @param body the fields of a frame before its id
	 * @return whether something fires at the client
	 */
	public static boolean isEvent(byte[] body) {
		int from = Math.max(0, body.length - 1);
		while (from > 0 && body[from - 1] != '\n') {
			from--;
		}
		return body.length > 0
				&& Arrays.mismatch(body, from, Math.min(body.length, from + DATA.length), DATA, 0, DATA.length) < 0;
	}

	/**
	 * Appends the id, the last line of a frame, so that a client that is cut off inside
	 * an event has not moved its cursor yet.
	 * @param body the fields before it
	 * @param id the id
	 * @return the frame, with the empty line that ends it
	 */
	public static byte[] complete(byte[] body, String id) {
		FrameWriter counter = new FrameWriter(null);
		counter.lines(ID, id);
		byte[] frame = new byte[body.length + counter.length() + 1];
		FrameWriter writer = new FrameWriter(frame);
		writer.raw(body);
		writer.lines(ID, id);
		writer.put('\n');
		return frame;
	}

	/**
	 * Puts something behind the id of a frame.
	 * @param frame a frame that ends with its id, or that has none since it is no event
	 * @param suffix a single line
	 * @return a new frame, or the same if it has no id
	 */
	public static byte[] appendToId(byte[] frame, String suffix) {
		if (frame[frame.length - LINE_ENDS] != '\n') {
			return frame;
		}
		byte[] end = suffix.getBytes(StandardCharsets.UTF_8);
		byte[] longer = Arrays.copyOf(frame, frame.length + end.length);
		int from = frame.length - LINE_ENDS;
		System.arraycopy(end, 0, longer, from, end.length);
		System.arraycopy(frame, from, longer, from + end.length, LINE_ENDS);
		return longer;
	}

	private byte[] format(SseEvent event, @Nullable String id, boolean ended) {
		this.watcher.sending(event);
		Object data = event.data();
		byte[] json = json(event, data);
		String text = (data instanceof CharSequence sequence) ? sequence.toString() : null;
		FrameWriter counter = new FrameWriter(null);
		write(counter, event, json, text, id, ended);
		if (counter.length() > this.maxSize || counter.length() < 0) {
			throw new IllegalArgumentException("The event '" + event.name() + "' has " + counter.length()
					+ " bytes, more than sse.event.max-size (" + this.maxSize
					+ "): send less, or a link to it, or raise the property");
		}
		byte[] frame = new byte[counter.length()];
		write(new FrameWriter(frame), event, json, text, id, ended);
		return frame;
	}

	private static void write(FrameWriter writer, SseEvent event, byte @Nullable [] json, @Nullable String text,
			@Nullable String id, boolean ended) {
		String comment = event.comment();
		if (comment != null) {
			writer.lines(COMMENT, comment);
		}
		Duration retry = event.retry();
		if (retry != null) {
			writer.lines(RETRY, Long.toString(retry.toMillis()));
		}
		String name = event.name();
		if (name != null) {
			writer.lines(EVENT, name);
		}
		if (json != null) {
			writer.lines(DATA, json);
		}
		else if (text != null) {
			writer.lines(DATA, text);
		}
		else if (name != null) {
			writer.lines(DATA, "");
		}
		if (id != null) {
			writer.lines(ID, id);
		}
		// Many clients take a block without data for an empty message: what only tells
		// how to go on is a part of the next one
		if (ended && (id != null || name != null || event.data() != null)) {
			writer.put('\n');
		}
	}

	private byte @Nullable [] json(SseEvent event, @Nullable Object data) {
		if (data == null || data instanceof CharSequence) {
			return null;
		}
		DataTypes.require(data);
		Type type = event.dataType();
		return this.json.write(data, (type != null) ? type : data.getClass(), event.view());
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
