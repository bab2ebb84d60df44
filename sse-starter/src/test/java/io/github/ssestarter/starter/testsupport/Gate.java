package io.github.ssestarter.starter.testsupport;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds a controller method at one place until the test lets it go on.
 */
public final class Gate {

	private static final int SECONDS = 10;

	private final CountDownLatch reached = new CountDownLatch(1);

	private final CountDownLatch opened = new CountDownLatch(1);

	public void hold() {
		this.reached.countDown();
		await(this.opened);
	}

	public void awaitReached() {
		await(this.reached);
	}

	boolean isReached() {
		return this.reached.getCount() == 0;
	}

	public void open() {
		this.opened.countDown();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
