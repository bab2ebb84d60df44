package io.github.ssestarter.history;

/**
 * An event that is not held any more, and was lost by that for those who had not heard
 * it.
 *
 * @param cursor where it stood
 * @param number how many had been lost when it was
 * @since 0.1.0
 */
public record Evicted(Cursor cursor, long number) {

	public long position() {
		return this.cursor.position();
	}

}
