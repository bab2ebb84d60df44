package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HTTP/2 streams whose client grants room for their first bytes and for nothing more,
 * while their methods think: their heartbeats wait, and nobody else's.
 */
class StuckHeartbeatTests {

	private static final String FIRST = "retry: 2000\n";

	private static final int STUCK = 20;

	private static final Duration HEARTBEAT = Duration.ofMillis(300);

	private static final int BEATS = 10;

	@ParameterizedTest
	@EnumSource
	void theHeartbeatsOfOthersStayOnTimeAndTheirOwnFollow(Container container) throws IOException {
		try (TestApplication application = TestApplication.start(container, Thinker.class, "server.http2.enabled=true",
				"sse.heartbeat.interval=" + HEARTBEAT.toMillis() + "ms");
				RawHttp2Client stuck = RawHttp2Client.withWindow(application.port(),
						FIRST.getBytes(StandardCharsets.US_ASCII).length);
				SseTestClient other = application.connect("/think")) {
			List<Integer> streams = new ArrayList<>();
			for (int i = 0; i < STUCK; i++) {
				streams.add(stuck.get("/think"));
				stuck.readUntil(streams.get(i), FIRST);
			}
			int before = other.comments().size();
			await().atMost(HEARTBEAT.multipliedBy(2 * BEATS).plusSeconds(1))
				.until(() -> other.comments().size() >= before + BEATS);
			for (int stream : streams) {
				assertThat(stuck.hasEnded(stream)).isFalse();
				stuck.grant(stream, 100);
			}
			for (int stream : streams) {
				stuck.readUntil(stream, FIRST + ": \n");
			}
			application.bean(Thinker.class).done.countDown();
			other.expect("thought", "42");
			for (int stream : streams) {
				stuck.readUntil(stream, "data: 42\n");
			}
		}
	}

	@RestController
	static class Thinker {

		private final CountDownLatch done = new CountDownLatch(1);

		@GetMapping("/think")
		void think(SseStream stream) throws InterruptedException {
			stream.open();
			assertThat(this.done.await(60, TimeUnit.SECONDS)).isTrue();
			stream.send("thought", 42);
		}

	}

}
