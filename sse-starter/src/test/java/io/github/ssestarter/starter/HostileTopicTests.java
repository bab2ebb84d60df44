package io.github.ssestarter.starter;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A topic that is made of somebody's input is an exact name, or is refused: it never
 * hears more than its own events.
 */
class HostileTopicTests {

	private static TestApplication application;

	@BeforeAll
	static void start() {
		application = TestApplication.start(Container.TOMCAT, Feed.class, "sse.endpoints[0].path=/ready",
				"sse.endpoints[0].topics=orders/1");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "%2F", "..", "orders/..", "orders%2F1", "orders/1/", "/orders/1", "Orders/1", "orders/1 ",
			"orders//1", "orders/1;a=b", "%", "orders,orders/1", "ordérs/1", "$.x", "[a-z]+", "${orders}", "#{1}" })
	void itIsAnExactName(String topic) {
		if (topic.contains("{")) {
			assertThat(join(topic).status()).isEqualTo(400);
			return;
		}
		try (SseTestClient client = join(topic)) {
			client.awaitOpen();
			SseBroadcaster broadcaster = application.broadcaster();
			broadcaster.send(SseAudience.topic("orders/1", "orders", "orders/2"), "secret", "1");
			broadcaster.send(SseAudience.topic(topic), "own", "2");
			client.expect("own", "2");
			client.expectNothing(Duration.ofMillis(20));
		}
		assertThat(application.to("/ready?topic=" + encoded(topic)).connect().status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "**", "orders/*", "orders/**", "{x}", "orders/{id}", "{*rest}", "order?/1", "\u0000",
			"orders/1\n", "orders\r\nevent: x", "\u007f", "\u0085", "" })
	void orItIsRefused(String topic) {
		SseTestClient client = join(topic);
		assertThat(client.status()).isEqualTo(400);
		assertThat(client.body()).contains("The name of a topic");
		assertThatIllegalArgumentException().isThrownBy(() -> SseAudience.topic("orders", topic));
		assertThat(application.to("/ready?topic=" + encoded(topic)).connect().status()).isEqualTo(404);
	}

	@Test
	void aNameThatIsTooLongIsRefusedWhereverItIsUsed() {
		String topic = "x".repeat(10_000);
		SseTestClient client = application.connect("/long?length=10000");
		assertThat(client.status()).isEqualTo(400);
		assertThat(client.body()).contains("10000", "sse.limits.max-topic-length", "200");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> application.broadcaster().send(SseAudience.topic("a", topic), "event", "data"))
			.withMessageContaining("sse.limits.max-topic-length");
		assertThatIllegalArgumentException().isThrownBy(() -> application.broadcaster().close(SseAudience.topic(topic)))
			.withMessageContaining("sse.limits.max-topic-length");
		assertThat(application.connect("/long?length=200").status()).isEqualTo(200);
	}

	private static SseTestClient join(String topic) {
		return application.connect("/join?topic=" + encoded(topic));
	}

	private static String encoded(String topic) {
		return URLEncoder.encode(topic, StandardCharsets.UTF_8);
	}

	@RestController
	static class Feed {

		@GetMapping("/join")
		void join(SseStream stream, @RequestParam String topic) {
			stream.join(topic);
		}

		@GetMapping("/long")
		void joinLong(SseStream stream, @RequestParam int length) {
			stream.join("x".repeat(length));
		}

		@ExceptionHandler
		ProblemDetail refused(IllegalArgumentException ex) {
			return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getMessage());
		}

	}

}
