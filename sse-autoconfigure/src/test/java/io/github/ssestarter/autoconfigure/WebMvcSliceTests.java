package io.github.ssestarter.autoconfigure;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users can test without a server: {@link WebMvcTest} knows streams.
 */
@WebMvcTest
class WebMvcSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private SseBroadcaster broadcaster;

	@Test
	void whatIsSentWhileTheMethodRunsIsInTheContent() {
		assertThat(this.mvc.get().uri("/attached")).hasStatusOk()
			.hasContentTypeCompatibleWith("text/event-stream")
			.bodyText()
			.contains("event: tick\ndata: 1\n\n");
	}

	@Test
	void aJoinedStreamShowsThatAsyncHasStarted() {
		assertThat(this.mvc.get().uri("/joined").asyncExchange()).request().hasAsyncStarted(true);
		this.broadcaster.broadcast("tick", "data");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(StreamController.class)
	static class SliceApplication {

	}

	@RestController
	static class StreamController {

		@GetMapping("/attached")
		void attached(SseStream stream) {
			stream.send("tick", 1);
		}

		@GetMapping("/joined")
		void joined(SseStream stream) {
			stream.join("topic");
		}

	}

}
