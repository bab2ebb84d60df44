package io.github.ssestarter.starter.testsupport;

import java.lang.management.ManagementFactory;

/**
 * What all stress tests have in common: their counts, which {@code stress.scale} scales,
 * and a look at the JVM.
 */
public final class Stress {

	private static final double SCALE = Double.parseDouble(System.getProperty("stress.scale", "1"));

	private static final int COLLECTIONS = 4;

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
	 * The heap that is in use after garbage collections, in bytes.
	 */
	public static long heap() {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < COLLECTIONS; i++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return least;
	}

	/**
	 * Tells a figure to whoever reads the log of the build.
	 */
	public static void report(String format, Object... arguments) {
		System.out.println("[stress] " + String.format(format, arguments));
	}

}
