package io.github.ssestarter.test;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Turns the bytes of an event stream into events by the rules of the HTML standard,
 * however they are cut into pieces. Not safe for use by several threads.
 */
final class EventStreamParser {

	/*
	 * A line is collected as bytes and decoded when it is complete: CR and LF are never
	 * part of a longer UTF-8 sequence, so that this equals decoding the whole stream. A
	 * CR ends its line at once, because the LF that may follow can be a long time coming;
	 * the next byte is then dropped if it is that LF.
	 */

	private static final Pattern DIGITS = Pattern.compile("[0-9]+");

	private final Handler handler;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private final StringBuilder data = new StringBuilder();

	private String eventType = "";

	private String idBuffer;

	private String lastEventId;

	private boolean firstLine = true;

	private boolean afterCarriageReturn;

	/**
	 * Create a parser of one stream.
	 * @param lastEventId the cursor that the client brings from an earlier connection. To
	 * the letter of the standard each stream starts from an empty one; the web platform
	 * tests and the browsers start from this
	 * @param handler what is told of everything found
	 */
	EventStreamParser(String lastEventId, Handler handler) {
		this.idBuffer = lastEventId;
		this.lastEventId = lastEventId;
		this.handler = handler;
	}

	/**
	 * Parse the next bytes. An event that is still incomplete when no more come is never
	 * reported.
	 * @param bytes what to parse, all of which is taken
	 */
	void read(ByteBuffer bytes) {
		while (bytes.hasRemaining()) {
			if (this.afterCarriageReturn) {
				this.afterCarriageReturn = false;
				if (bytes.get(bytes.position()) == '\n') {
					bytes.get();
					continue;
				}
			}
			byte[] part = new byte[lengthOfLine(bytes)];
			bytes.get(part);
			this.line.writeBytes(part);
			if (bytes.hasRemaining()) {
				this.afterCarriageReturn = (bytes.get() == '\r');
				endOfLine();
			}
		}
	}

	/**
	 * Return the cursor: the last id that an empty line has put in force.
	 * @return the cursor, {@code ""} if there is none
	 */
	String lastEventId() {
		return this.lastEventId;
	}

	private static int lengthOfLine(ByteBuffer bytes) {
		for (int i = bytes.position(); i < bytes.limit(); i++) {
			if (bytes.get(i) == '\r' || bytes.get(i) == '\n') {
				return i - bytes.position();
			}
		}
		return bytes.remaining();
	}

	private void endOfLine() {
		String text = this.line.toString(StandardCharsets.UTF_8);
		this.line.reset();
		if (this.firstLine && text.startsWith("\uFEFF")) {
			text = text.substring(1);
		}
		this.firstLine = false;
		int colon = text.indexOf(':');
		if (text.isEmpty()) {
			dispatch();
		}
		else if (colon < 0) {
			field(text, "");
		}
		else {
			int valueFrom = (text.startsWith(" ", colon + 1)) ? colon + 2 : colon + 1;
			field(text.substring(0, colon), text.substring(valueFrom));
		}
	}

	private void field(String name, String value) {
		switch (name) {
			case "" -> this.handler.comment(value);
			case "event" -> {
				this.eventType = value;
			}
			case "data" -> this.data.append(value).append('\n');
			case "id" -> {
				this.idBuffer = (value.indexOf('\0') < 0) ? value : this.idBuffer;
			}
			case "retry" -> {
				if (DIGITS.matcher(value).matches()) {
					this.handler.retry(milliseconds(value));
				}
			}
			default -> {
			}
		}
	}

	private static Duration milliseconds(String digits) {
		try {
			return Duration.ofMillis(Long.parseLong(digits));
		}
		catch (NumberFormatException ex) {
			return Duration.ofMillis(Long.MAX_VALUE);
		}
	}

	private void dispatch() {
		this.lastEventId = this.idBuffer;
		String name = (this.eventType.isEmpty()) ? "message" : this.eventType;
		this.eventType = "";
		if (!this.data.isEmpty()) {
			String text = this.data.substring(0, this.data.length() - 1);
			this.data.setLength(0);
			this.handler.event(new SseTestEvent(name, text, this.lastEventId));
		}
	}

	/**
	 * Told what a stream holds, in the stream's order, by the thread that parses it.
	 */
	interface Handler {

		void event(SseTestEvent event);

		void comment(String text);

		void retry(Duration delay);

	}

}
