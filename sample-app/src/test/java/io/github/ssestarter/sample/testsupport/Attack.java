package io.github.ssestarter.sample.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;

/**
 * What one hostile client does once.
 *
 * @param port where
 * @param kind what kind of thing
 * @param seed what its dice were made of
 * @param random its dice
 * @param loot what others got
 * @param tally where it is written down
 */
public record Attack(int port, HostileKind kind, long seed, Random random, Loot loot, Tally tally) {

	private static final int SERVER_ERROR = 500;

	private static final int SERVICE_UNAVAILABLE = 503;

	void requested() {
		this.tally.requested(this.kind);
	}

	/**
	 * Judges an answer.
	 * @param status the status
	 * @param isToRetry whether it says when to come again
	 * @param request what was asked
	 * @param allowed statuses from 500 on that are right
	 */
	void answered(int status, boolean isToRetry, String request, Set<Integer> allowed) {
		this.tally.answered(this.kind, status);
		if (status >= SERVER_ERROR && !(status == SERVICE_UNAVAILABLE && isToRetry) && !allowed.contains(status)) {
			fault("was answered " + status, request);
		}
	}

	void fault(String what, String request) {
		String shown = request.substring(0, Math.min(request.length(), 1500));
		this.tally.fault("%s (seed %d) %s: %s".formatted(this.kind, this.seed, what,
				new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replaceAll("[^ -~\r\n]",
						"~")));
	}

}
