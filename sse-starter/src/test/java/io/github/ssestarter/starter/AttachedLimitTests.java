package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handlers that think for long: they are kept alive, and do not take all threads.
 */
class AttachedLimitTests {

	private static final int HANDLERS = 10;

	@ParameterizedTest
	@EnumSource
	void handlersThatThinkAreKeptAliveAndLeaveThreadsToOthers(Container container) {
		try (TestApplication application = start(container, "sse.heartbeat.interval=200ms")) {
			List<SseTestClient> thinking = SseTestClient.connectAll(HANDLERS, (i) -> application.to("/think"));
			for (SseTestClient client : thinking) {
				assertThat(client.expectComment()).isEqualTo("open");
				assertThat(client.expectComment()).isEqualTo("heartbeat");
				assertThat(client.expectComment()).isEqualTo("heartbeat");
			}
			assertThat(application.to("/other").header("Accept", "*/*").connect().body()).isEqualTo("other");
			application.bean(Thinker.class).done.countDown();
			for (SseTestClient client : thinking) {
				client.expect("thought", "42");
				client.expectEnd();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void overTheLimitABrowserIsToldToComeBackAndOthersGet503(Container container) {
		try (TestApplication application = start(container, "sse.limits.max-attached=2", "sse.limits.busy-retry=3s")) {
			List<SseTestClient> thinking = SseTestClient.connectAll(2, (i) -> application.to("/think"));
			SseTestClient browser = application.to("/think").header("Sec-Fetch-Mode", "cors").connect();
			assertThat(browser.status()).isEqualTo(200);
			browser.expect("sse-busy", "");
			browser.expectEnd();
			assertThat(browser.retry()).get()
				.matches((retry) -> retry.compareTo(Duration.ofSeconds(3)) >= 0
						&& retry.compareTo(Duration.ofSeconds(6)) <= 0);
			SseTestClient other = application.connect("/think");
			assertThat(other.status()).isEqualTo(503);
			assertThat(Integer.parseInt(other.header("Retry-After"))).isBetween(3, 6);
			application.bean(Thinker.class).done.countDown();
			thinking.forEach((client) -> client.expect("thought", "42"));
			await().atMost(5, TimeUnit.SECONDS).until(() -> application.connect("/think").status() == 200);
		}
	}

	private static TestApplication start(Container container, String... properties) {
		return TestApplication.start(container, Thinker.class, properties);
	}

	@RestController
	static class Thinker {

		private final CountDownLatch done = new CountDownLatch(1);

		@GetMapping("/think")
		void think(SseStream stream) throws InterruptedException {
			stream.open();
			if (this.done.await(60, TimeUnit.SECONDS)) {
				stream.send("thought", 42);
			}
		}

		@GetMapping("/other")
		String other() {
			return "other";
		}

	}

}
