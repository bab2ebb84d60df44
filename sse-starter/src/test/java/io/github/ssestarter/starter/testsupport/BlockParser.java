package io.github.ssestarter.starter.testsupport;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of an event stream into blocks. Lines end with LF, as the server writes
 * them; anything that does not belong into a stream is an error.
 */
public final class BlockParser {

	private final Consumer<Block> blocks;

	private byte[] line = new byte[128];

	private int length;

	private @Nullable String name;

	private @Nullable String data;

	private @Nullable String id;

	private @Nullable Duration retry;

	private int comments;

	private boolean isBegun;

	BlockParser(Consumer<Block> blocks) {
		this.blocks = blocks;
	}

	void read(byte[] bytes, int offset, int count) {
		int from = offset;
		int end = offset + count;
		for (int i = offset; i < end; i++) {
			if (bytes[i] == '\n') {
				append(bytes, from, i - from);
				line(new String(this.line, 0, this.length, StandardCharsets.UTF_8));
				this.length = 0;
				from = i + 1;
			}
		}
		append(bytes, from, end - from);
	}

	private void append(byte[] bytes, int offset, int count) {
		if (this.length + count > this.line.length) {
			this.line = Arrays.copyOf(this.line, Math.max(this.length + count, this.line.length * 2));
		}
		System.arraycopy(bytes, offset, this.line, this.length, count);
		this.length += count;
	}

	private void line(String text) {
		if (text.isEmpty()) {
			if (this.isBegun) {
				Block block = new Block(this.name, this.data, this.id, this.retry, this.comments);
				this.comments = 0;
				this.name = null;
				this.data = null;
				this.id = null;
				this.retry = null;
				this.isBegun = false;
				this.blocks.accept(block);
			}
			return;
		}
		this.isBegun = true;
		int colon = text.indexOf(':');
		String field = (colon >= 0) ? text.substring(0, colon) : text;
		String value = (colon >= 0) ? text.substring(colon + 1) : "";
		value = (value.startsWith(" ")) ? value.substring(1) : value;
		set(field, value, text);
	}

	private void set(String field, String value, String line) {
		if (field.equals("event")) {
			this.name = value;
		}
		else if (field.equals("data")) {
			this.data = (this.data != null) ? this.data + '\n' + value : value;
		}
		else if (field.equals("id")) {
			this.id = value;
		}
		else if (field.equals("retry")) {
			this.retry = Duration.ofMillis(Long.parseLong(value));
		}
		else if (field.isEmpty()) {
			this.comments++;
		}
		else {
			throw new IllegalStateException("No line of an event stream: '" + line + "'");
		}
	}

}
