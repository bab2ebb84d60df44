package io.github.ssestarter.starter.testsupport;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What is awaited is looked at soon, and again after twice the time, up to a tenth of a
 * second: most of it comes within milliseconds, and there are thousands of such waits.
 * JUnit finds this by itself.
 */
public final class QuickPolls implements BeforeAllCallback {

	private static final Duration FIRST = Duration.ofMillis(5);

	private static final Duration LONGEST = Duration.ofMillis(100);

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultPollDelay(FIRST);
		Awaitility.setDefaultPollInterval((count, previous) -> {
			Duration next = previous.isZero() ? FIRST : previous.multipliedBy(2);
			return (next.compareTo(LONGEST) < 0) ? next : LONGEST;
		});
	}

}
