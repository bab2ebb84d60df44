package io.github.ssestarter.format;

import org.jspecify.annotations.Nullable;

/**
 * Puts the fields of a frame one after the other: without an array it only counts their
 * bytes, so that the same walk over an event first measures and then fills an array of
 * just that size.
 */
final class FrameWriter {

	private final byte @Nullable [] bytes;

	private int length;

	FrameWriter(byte @Nullable [] bytes) {
		this.bytes = bytes;
	}

	int length() {
		return this.length;
	}

	/**
	 * Writes a field, as many times as its value has lines. CR, LF and CRLF end a line.
	 */
	void lines(byte[] field, CharSequence value) {
		raw(field);
		int end = value.length();
		for (int i = 0; i < end; i++) {
			char c = value.charAt(i);
			if (c == '\r' || c == '\n') {
				if (c == '\r' && i + 1 < end && value.charAt(i + 1) == '\n') {
					i++;
				}
				put('\n');
				raw(field);
			}
			else {
				i += character(value, i, c);
			}
		}
		put('\n');
	}

	/**
	 * Writes a field whose value is UTF-8 already, as many times as it has lines.
	 */
	void lines(byte[] field, byte[] value) {
		raw(field);
		int from = 0;
		for (int i = 0; i < value.length; i++) {
			if (value[i] == '\r' || value[i] == '\n') {
				raw(value, from, i - from);
				if (value[i] == '\r' && i + 1 < value.length && value[i + 1] == '\n') {
					i++;
				}
				put('\n');
				raw(field);
				from = i + 1;
			}
		}
		raw(value, from, value.length - from);
		put('\n');
	}

	void raw(byte[] value) {
		raw(value, 0, value.length);
	}

	void put(int value) {
		if (this.bytes != null) {
			this.bytes[this.length] = (byte) value;
		}
		this.length++;
	}

	private void raw(byte[] value, int from, int count) {
		if (this.bytes != null) {
			System.arraycopy(value, from, this.bytes, this.length, count);
		}
		this.length += count;
	}

	/**
	 * Writes the character at an index as UTF-8; a lone surrogate becomes U+FFFD.
	 * @return how many further chars it took
	 */
	private int character(CharSequence value, int index, char c) {
		if (c < 0x80) {
			put(c);
		}
		else if (c < 0x800) {
			put(0xC0 | c >> 6);
			put(0x80 | c & 0x3F);
		}
		else if (Character.isHighSurrogate(c) && index + 1 < value.length()
				&& Character.isLowSurrogate(value.charAt(index + 1))) {
			int code = Character.toCodePoint(c, value.charAt(index + 1));
			put(0xF0 | code >> 18);
			put(0x80 | code >> 12 & 0x3F);
			put(0x80 | code >> 6 & 0x3F);
			put(0x80 | code & 0x3F);
			return 1;
		}
		else {
			int code = (Character.isSurrogate(c)) ? 0xFFFD : c;
			put(0xE0 | code >> 12);
			put(0x80 | code >> 6 & 0x3F);
			put(0x80 | code & 0x3F);
		}
		return 0;
	}

}
