package io.github.ssestarter.starter;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.SseTopicException;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Topics that a request asks for, and that are none.
 */
@ExtendWith(OutputCaptureExtension.class)
class RequestedTopicTests {

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication(
			(container) -> TestApplication.start(container, Feed.class));

	@ParameterizedTest
	@EnumSource
	void whatIsNoTopicIsABadRequestWithoutATrace(Container container, CapturedOutput output) {
		TestApplication application = applications.on(container);
		assertRefused(application.to("/join?t=*"), "The name of a topic holds '*' at index 0");
		assertRefused(application.to("/join?t="), "The name of a topic is empty");
		assertRefused(application.to("/join?t=" + "x".repeat(201)), "sse.limits.max-topic-length (200)");
		assertRefused(application.to("/join?t=" + String.join("&t=", topics(101))),
				"more than sse.limits.max-topics-per-stream (100)");
		assertRefused(application.to("/send?t=*").method("POST"), "The name of a topic holds '*'");
		assertThat(application.broadcaster().connectedCount()).isZero();
		assertThat(output).doesNotContain("Exception", "ERROR");
		try (SseTestClient client = application.connect("/join?t=" + String.join("&t=", topics(100)))) {
			client.awaitOpen();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theApplicationsOwnAdviceComesFirst(Container container) {
		try (TestApplication application = TestApplication.start(container, List.of(Feed.class, Advice.class));
				SseTestClient client = application.connect("/join?t=*")) {
			assertThat(client.status()).isEqualTo(418);
		}
	}

	private static List<String> topics(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "t" + i).toList();
	}

	private static void assertRefused(SseTestClient.Builder request, String detail) {
		try (SseTestClient client = request.connect()) {
			assertThat(client.status()).as(detail).isEqualTo(400);
			assertThat(client.header("Content-Type")).startsWith("application/problem+json");
			assertThat(client.header("Cache-Control")).isEqualTo("no-store, no-transform");
			client.expectEnd();
			assertThat(client.raw()).contains("\"title\":\"Bad Request\",\"status\":400").contains(detail);
		}
	}

	@RestController
	static class Feed {

		private final SseBroadcaster broadcaster;

		Feed(SseBroadcaster broadcaster) {
			this.broadcaster = broadcaster;
		}

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam String[] t) {
			stream.join((t.length > 0) ? t : new String[] { "" });
		}

		@PostMapping("/send")
		void send(@RequestParam String t) {
			this.broadcaster.send(SseAudience.topic(t), "name", "data");
		}

	}

	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler
		@ResponseStatus(HttpStatus.I_AM_A_TEAPOT)
		void refused(SseTopicException ex) {
		}

	}

}
