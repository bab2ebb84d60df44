package io.github.ssestarter.backplane;

import org.jspecify.annotations.Nullable;

/**
 * An id as it is on the wire, and as a client presents it: a position of the log, an id
 * of the application's own, or both, {@code 1763624000000-5.k3f9x2~42}. A client keeps
 * only the last id that it was sent, so whoever has both is told both each time.
 *
 * @param position the place in the log up to which the client has all, {@code null} for
 * none
 * @param ownId the last id of the application's own that it was sent, {@code null} for
 * none
 * @since 0.1.0
 */
public record WireId(@Nullable EventId position, @Nullable String ownId) {

	/** How many characters a position, and what parts it from an own id, have at most. */
	public static final int MAX_POSITION_LENGTH = 45;

	private static final char SEPARATOR = '~';

	/**
	 * An id of what there is.
	 * @param position the place, {@code null} for none
	 * @param ownId the application's own, {@code null} for none
	 * @return the id, {@code null} if there is neither
	 */
	public static @Nullable WireId of(@Nullable EventId position, @Nullable String ownId) {
		return (position != null || ownId != null) ? new WireId(position, ownId) : null;
	}

	/**
	 * Reads what a client presents.
	 * @param text the text, from anywhere
	 * @return the id, {@code null} if the text is none: it is missing, empty, or holds
	 * what no id can
	 */
	public static @Nullable WireId parse(@Nullable String text) {
		if (text == null || text.isEmpty() || text.chars().anyMatch((c) -> c == '\n' || c == '\r' || c == '\0')) {
			return null;
		}
		int end = text.indexOf(SEPARATOR);
		EventId position = EventId.parse((end < 0) ? text : text.substring(0, end));
		if (position == null) {
			return new WireId(null, text);
		}
		return new WireId(position, (end < 0 || end + 1 == text.length()) ? null : text.substring(end + 1));
	}

	/**
	 * What is put behind a position to tell an own id as well.
	 * @param ownId the own id
	 * @return the text between the position and the line's end
	 */
	public static String suffix(String ownId) {
		return SEPARATOR + ownId;
	}

	@Override
	public String toString() {
		if (this.position == null) {
			return (this.ownId != null) ? this.ownId : "";
		}
		return (this.ownId != null) ? this.position + suffix(this.ownId) : this.position.toString();
	}

}
