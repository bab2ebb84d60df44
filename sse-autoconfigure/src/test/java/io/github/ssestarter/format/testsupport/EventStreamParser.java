package io.github.ssestarter.format.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A client of {@code text/event-stream} as the HTML standard, section 9.2.6, describes
 * it. Bytes may come in any pieces.
 */
public final class EventStreamParser {

	private final boolean isIdWithoutDataIgnored;

	private final Consumer<Block> blocks;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private boolean isFirstLine = true;

	private boolean wasCarriageReturn;

	private String idBuffer;

	private String lastEventId;

	private StringBuilder data = new StringBuilder();

	private boolean hasData;

	private String name = "";

	private @Nullable Long retry;

	private List<String> comments = new ArrayList<>();

	private boolean isEmpty = true;

	/**
	 * Creates a parser.
	 * @param lastEventId what the client has from its connection before
	 * @param isIdWithoutDataIgnored whether an id counts only with data, as in
	 * okhttp-eventsource; the standard counts it always
	 * @param blocks takes what ends at an empty line, whether it fires or not
	 */
	public EventStreamParser(String lastEventId, boolean isIdWithoutDataIgnored, Consumer<Block> blocks) {
		this.idBuffer = lastEventId;
		this.lastEventId = lastEventId;
		this.isIdWithoutDataIgnored = isIdWithoutDataIgnored;
		this.blocks = blocks;
	}

	/**
	 * Parses what a server sent.
	 * @param bytes all that it sent
	 * @return its blocks
	 */
	public static List<Block> parse(byte[] bytes) {
		List<Block> blocks = new ArrayList<>();
		new EventStreamParser("", false, blocks::add).take(bytes, 0, bytes.length);
		return blocks;
	}

	/**
	 * Takes bytes.
	 * @param bytes an array
	 * @param offset where they begin
	 * @param length how many they are
	 */
	public void take(byte[] bytes, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			byte b = bytes[i];
			boolean isSecondOfTwo = b == '\n' && this.wasCarriageReturn;
			this.wasCarriageReturn = b == '\r';
			if (b == '\n' || b == '\r') {
				if (!isSecondOfTwo) {
					endLine();
				}
			}
			else {
				this.line.write(b);
			}
		}
	}

	/**
	 * What the client presents when it comes back.
	 * @return the id, empty for none
	 */
	public String lastEventId() {
		return this.lastEventId;
	}

	private void endLine() {
		String text = this.line.toString(StandardCharsets.UTF_8);
		this.line.reset();
		if (this.isFirstLine && text.startsWith("\uFEFF")) {
			text = text.substring(1);
		}
		this.isFirstLine = false;
		if (text.isEmpty()) {
			dispatch();
			return;
		}
		this.isEmpty = false;
		int colon = text.indexOf(':');
		if (colon == 0) {
			this.comments.add(strip(text.substring(1)));
		}
		else if (colon > 0) {
			field(text.substring(0, colon), strip(text.substring(colon + 1)));
		}
		else {
			field(text, "");
		}
	}

	private static String strip(String value) {
		return (value.startsWith(" ")) ? value.substring(1) : value;
	}

	private void field(String field, String value) {
		switch (field) {
			case "event" -> {
				this.name = value;
			}
			case "data" -> {
				this.data.append(value).append('\n');
				this.hasData = true;
			}
			case "id" -> {
				this.idBuffer = (value.indexOf('\0') < 0) ? value : this.idBuffer;
			}
			case "retry" -> {
				this.retry = (value.matches("[0-9]+")) ? Long.valueOf(value) : this.retry;
			}
			default -> {
			}
		}
	}

	private void dispatch() {
		if (this.isEmpty) {
			return;
		}
		if (!this.hasData && this.isIdWithoutDataIgnored) {
			this.idBuffer = this.lastEventId;
		}
		this.lastEventId = this.idBuffer;
		String text = (this.hasData) ? this.data.substring(0, this.data.length() - 1) : null;
		Block block = new Block((this.name.isEmpty()) ? "message" : this.name, text, this.lastEventId, this.retry,
				this.comments);
		this.data = new StringBuilder();
		this.hasData = false;
		this.name = "";
		this.retry = null;
		this.comments = new ArrayList<>();
		this.isEmpty = true;
		this.blocks.accept(block);
	}

	/**
	 * What ends at an empty line.
	 *
	 * @param type the type of the event that fires
	 * @param data its data, {@code null} if none fires
	 * @param lastEventId the client's cursor after it
	 * @param retry a new time to wait
	 * @param comments comments
	 */
	public record Block(String type, @Nullable String data, String lastEventId, @Nullable Long retry,
			List<String> comments) {

		/**
		 * Whether an event fires.
		 * @return whether it has data
		 */
		public boolean fires() {
			return this.data != null;
		}

	}

}
