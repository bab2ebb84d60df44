package io.github.ssestarter.starter;

import java.time.Duration;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.CompletedRequests;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.RawHttp2Client;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HTTP/2 streams that the server has to reset, for an error of the client.
 */
class Http2FlowControlErrorTests {

	private static final int STREAMS = 10;

	@Test
	void tomcatLetsGoOfTheirRequests() throws Exception {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Feed.class,
				"server.http2.enabled=true", "sse.heartbeat.interval=200ms");
				RawHttp2Client client = new RawHttp2Client(application.port(), 65_536)) {
			for (int i = 0; i < STREAMS; i++) {
				client.readUntil(client.get("/feed"), "retry: ");
			}
			assertThat(application.broadcaster().connectedCount()).isEqualTo(STREAMS);
			for (int i = 0; i < STREAMS; i++) {
				// Beyond the largest window, which it has already
				client.grant(1 + 2 * i, Integer.MAX_VALUE);
			}
			for (int i = 0; i < STREAMS; i++) {
				while (!client.hasEnded(1 + 2 * i)) {
					client.readFrame();
				}
			}
			client.close();
			await().atMost(Duration.ofSeconds(5)).until(() -> application.broadcaster().connectedCount() == 0);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> application.bean(Feed.class).completed.count() == STREAMS);
		}
	}

	@RestController
	static class Feed {

		private final CompletedRequests completed = new CompletedRequests();

		@GetMapping("/feed")
		void feed(SseStream stream) {
			stream.join("feed");
		}

		@Bean
		Filter completedRequests() {
			return this.completed.filter();
		}

	}

}
