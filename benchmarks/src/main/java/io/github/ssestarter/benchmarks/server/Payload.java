package io.github.ssestarter.benchmarks.server;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What an event carries: when it was due, its place in the order of its topic, and
 * padding.
 *
 * @param t a time of {@link System#nanoTime()}, which on Linux is the same clock in all
 * processes
 * @param n a number, the next for each event of a topic
 * @param pad what makes the JSON as long as is wanted
 */
@JsonPropertyOrder({ "t", "n", "pad" })
public record Payload(long t, long n, String pad) {

	private static final int FIELDS = "{\"t\":,\"n\":,\"pad\":\"\"}".length();

	private static final String PADDING = "x".repeat(1024 * 1024);

	/**
	 * Makes a payload.
	 * @param time when the event was due
	 * @param number its place in the order
	 * @param size the length of its JSON, at least 60
	 * @return the payload
	 */
	public static Payload of(long time, long number, int size) {
		int digits = Long.toString(time).length() + Long.toString(number).length();
		return new Payload(time, number, PADDING.substring(0, size - FIELDS - digits));
	}

}
