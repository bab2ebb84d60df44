package io.github.ssestarter.backplane;

import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The place of an event in the order of a log. On the wire
 * {@code 1763624000000-5.k3f9x2}: milliseconds that never go back, a counter within them,
 * and the log's generation. Ordered within one generation.
 *
 * @param millis the time, in milliseconds since the epoch
 * @param counter the count within the millisecond
 * @param generation tells logs apart: random, made when the log is
 * @since 0.1.0
 */
public record EventId(long millis, long counter, String generation) implements Comparable<EventId> {

	private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})\\.([0-9a-z]{6})");

	private static final long GENERATIONS = 36L * 36 * 36 * 36 * 36 * 36;

	/**
	 * Makes up the generation of a log that begins.
	 * @param random the source of what tells it from all others
	 * @return six digits and small letters
	 */
	public static String newGeneration(RandomGenerator random) {
		return Long.toString(GENERATIONS + random.nextLong(GENERATIONS), 36).substring(1);
	}

	/**
	 * Reads an id as it is on the wire.
	 * @param text the text, from anywhere
	 * @return the id, {@code null} if the text does not have the form of one
	 */
	public static @Nullable EventId parse(String text) {
		Matcher matcher = FORM.matcher(text);
		return (matcher.matches())
				? new EventId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3))
				: null;
	}

	/**
	 * Refuses an id of a caller's own that would be taken for one of the log's.
	 * @param id the caller's id
	 * @throws IllegalArgumentException if it begins like one
	 */
	public static void requireForeign(String id) {
		WireId read = WireId.parse(id);
		if (read != null && read.position() != null) {
			throw new IllegalArgumentException("The id '" + id
					+ "' has the form of the ids that the log gives (milliseconds-count.generation): use another form,"
					+ " or none and let the log give one");
		}
	}

	/**
	 * The id of the event after this one.
	 * @param now the time of the event, in milliseconds since the epoch
	 * @return the next id, later than this one whatever the clock says
	 */
	public EventId next(long now) {
		return (now > this.millis) ? new EventId(now, 0, this.generation)
				: new EventId(this.millis, this.counter + 1, this.generation);
	}

	@Override
	public int compareTo(EventId other) {
		int order = Long.compare(this.millis, other.millis);
		return (order != 0) ? order : Long.compare(this.counter, other.counter);
	}

	@Override
	public String toString() {
		return this.millis + "-" + this.counter + "." + this.generation;
	}

}
