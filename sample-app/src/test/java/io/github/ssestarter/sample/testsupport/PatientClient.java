package io.github.ssestarter.sample.testsupport;

import java.time.Duration;

import io.github.ssestarter.test.SseTestClient;

/**
 * A client that waits for thirty seconds where others wait for five: the first answers of
 * a server are slow on a busy machine.
 */
public final class PatientClient {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private PatientClient() {
	}

	public static SseTestClient.Builder to(int port, String path) {
		return SseTestClient.to(port, path).timeout(TIMEOUT);
	}

}
