package io.github.ssestarter.starter;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.ByBothTransports;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client that does not read is told soon that it lost events, because what waits for it
 * outside the history is small.
 */
@ByBothTransports
class SendBufferTests {

	private static final int EVENTS = 6000;

	private static final String PAYLOAD = "x".repeat(1000);

	@ParameterizedTest
	@EnumSource
	void stalledClientHasFewBytesInTheSocket(Container container) {
		try (TestApplication application = TestApplication.start(container, Feed.class, "sse.stream.send-buffer=32KB",
				"sse.history.max-events=1000")) {
			SseTestClient client = application.to("/feed").receiveBuffer(4096).connect();
			await().atMost(10, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 1);
			client.stall();
			for (int i = 0; i < EVENTS; i++) {
				application.broadcaster().send(SseAudience.topic("feed"), "event", PAYLOAD);
			}
			client.resume();
			int count = 0;
			while (!"sse-gap".equals(client.next().name())) {
				count++;
			}
			assertThat(count).isLessThan(200);
			client.close();
		}
	}

	@RestController
	static class Feed {

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

	}

}
