package io.github.ssestarter.sample.testsupport;

/**
 * What stress tests scale and tell.
 */
public final class Stress {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private Stress() {
	}

	/**
	 * A count of the whole test, scaled.
	 * @param full the count at scale 1
	 * @param least what it is at least
	 */
	public static int count(int full, int least) {
		return Math.max(least, (int) Math.round(full * SCALE));
	}

	/**
	 * Tells a figure to whoever reads the log of the build.
	 */
	public static void report(String format, Object... arguments) {
		System.out.println("[stress] " + String.format(format, arguments));
	}

}
