package io.github.ssestarter.starter.testsupport;

import java.util.Arrays;

/**
 * The program of an {@link ApplicationProcess}.
 *
 * @since 0.1.0
 */
public final class ApplicationMain {

	/** What it writes once it can be connected to. */
	static final String READY = "The application is ready";

	private ApplicationMain() {
	}

	/**
	 * Runs an application until it is told to end.
	 * @param args the container, the application's class, and its properties
	 * @throws ClassNotFoundException if there is no such class
	 */
	public static void main(String[] args) throws ClassNotFoundException {
		TestApplication.start(Container.valueOf(args[0]), Class.forName(args[1]),
				Arrays.copyOfRange(args, 2, args.length));
		System.out.println(READY);
	}

}
